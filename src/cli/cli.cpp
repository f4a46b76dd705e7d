#include "cli/cli.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstring>
#include <iostream>

#include "base/file.hpp"
#include "base/secret.hpp"
#include "base/standard_streams.hpp"
#include "base/version.hpp"
#include "cli/commands.hpp"
#include "cli/help.hpp"

namespace ashlar::cli {
namespace {

/// Every command's options, filled by the parser; `chosen` then runs one.
struct Arguments {
  std::string server, token_file, format = "table";
  ServeOptions serve;
  std::vector<std::string> files, words;
  Consent consent;
  bool no_wait = false, stored = false, output = false;
  CredentialsOptions credentials;
  std::vector<std::string> sizes;
  std::string strategy;
  SwitchoverOptions switchover;
  RotateOptions rotate;
  std::vector<std::string> permissions;
  OrphansOptions orphans;
  std::function<int(Context&)> chosen;
};

/// Options of every command that asks a server.
void add_common(CLI::App& command, Arguments& arguments) {
  command.add_option("--server", arguments.server, "Server; also ASHLAR_SERVER")->type_name("URL");
  command.add_option("--token-file", arguments.token_file, "Its token; also ASHLAR_TOKEN_FILE")
      ->type_name("FILE");
  command.add_option("-o,--output", arguments.format, "table or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"table", "json"}));
}

CLI::App& add_command(CLI::App& app, Arguments& arguments, const std::string& name,
                      const std::string& summary, std::function<int(Context&)> action) {
  CLI::App& command = *app.add_subcommand(name, summary);
  command.footer(std::string(examples_of(name)));
  command.callback([&arguments, action = std::move(action)] { arguments.chosen = action; });
  add_common(command, arguments);
  return command;
}

void add_words(CLI::App& command, Arguments& arguments, const std::string& what, size_t least,
               int most) {
  command.add_option("what", arguments.words, what)
      ->type_name("")
      ->required(least > 0)
      ->expected(static_cast<int>(least), most);
}

void add_files(CLI::App& command, Arguments& arguments) {
  command.add_option("-f,--file", arguments.files, "Spec in YAML; - is standard input")
      ->required()
      ->type_name("FILE");
}

void add_serve(CLI::App& app, Arguments& arguments, const ServeFn& serve) {
  CLI::App& command = *app.add_subcommand("serve", "Run the server");
  command.footer(std::string(examples_of("serve")));
  ServeOptions& options = arguments.serve;
  command.add_option("--listen", options.listen, "Where to answer; port 0 takes any free one")
      ->type_name("ADDRESS:PORT")
      ->envname("ASHLAR_LISTEN")
      ->capture_default_str();
  command.add_option("--data", options.data, "For the database, keys and the first token")
      ->type_name("DIRECTORY")
      ->envname("ASHLAR_DATA")
      ->capture_default_str();
  command
      .add_option("--digitalocean-url", options.digitalocean_url,
                  "Default: https://api.digitalocean.com")
      ->type_name("URL")
      ->envname("ASHLAR_DIGITALOCEAN_URL");
  command
      .add_option("--digitalocean-token-file", options.digitalocean_token_file,
                  "File that holds its token")
      ->type_name("FILE")
      ->envname("ASHLAR_DIGITALOCEAN_TOKEN_FILE");
  command
      .add_option("--digitalocean-ca", options.digitalocean_authorities_file,
                  "Authority to trust instead of the system's")
      ->type_name("FILE")
      ->envname("ASHLAR_DIGITALOCEAN_CA");
  command
      .add_option("--packages-ca", options.packages_authorities_file,
                  "Authority to trust for hosts of packages")
      ->type_name("FILE")
      ->envname("ASHLAR_PACKAGES_CA");
  command
      .add_option("--node-program", options.node_program,
                  "ashlar-node, when it is not beside this program")
      ->type_name("FILE")
      ->envname("ASHLAR_NODE_PROGRAM");
  command.add_option("--workers", options.workers, "Steps that run at once")
      ->type_name("N")
      ->envname("ASHLAR_WORKERS")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command
      .add_option_function<unsigned>(
          "--boot-limit",
          [&options](unsigned seconds) { options.boot_limit = std::chrono::seconds(seconds); },
          "A boot without progress for so long has failed")
      ->type_name("SECONDS")
      ->envname("ASHLAR_BOOT_LIMIT")
      ->check(CLI::Range(1, 86'400))
      ->default_str("120");
  command
      .add_option_function<unsigned>(
          "--observe-interval",
          [&options](unsigned seconds) {
            options.observe_interval = std::chrono::seconds(seconds);
          },
          "How often to look and heal; 0: never")
      ->type_name("SECONDS")
      ->envname("ASHLAR_OBSERVE_INTERVAL")
      ->check(CLI::Range(0, 86'400))
      ->default_str("30");
  command.add_option("--log-level", options.log_level, "debug, info, warning or error")
      ->type_name("LEVEL")
      ->envname("ASHLAR_LOG_LEVEL")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
      ->capture_default_str();
  command.callback([&arguments, &serve] {
    arguments.chosen = [&arguments, &serve](Context&) {
      if (arguments.serve.digitalocean_token_file.empty())
        throw Error(ErrorCode::kInvalidInput, "there is no token for DigitalOcean",
                    "name the file that holds it by --digitalocean-token-file");
      return serve(arguments.serve);
    };
  });
}

void add_consent(CLI::App& command, Arguments& a) {
  command.add_flag("-y,--yes", a.consent.yes, "Do not ask");
  command.add_option("--confirm", a.consent.confirmed, "Accept what it destroys or weakens")
      ->type_name("NAME");
  command.add_flag("--no-wait", a.no_wait, "Do not follow the operation");
}

void add_changing(CLI::App& app, Arguments& a) {
  add_files(add_command(app, a, "plan", "Show what applying a spec would do",
                        [&a](Context& context) { return plan(context, a.files); }),
            a);
  CLI::App& applying = add_command(
      app, a, "apply", "Show the plan, ask, carry it out",
      [&a](Context& context) { return apply(context, {a.files, a.consent, a.no_wait}); });
  add_files(applying, a);
  CLI::App& deleting = add_command(
      app, a, "delete", "Destroy a resource, its machines and its data",
      [&a](Context& context) { return remove(context, {a.words, a.consent, a.no_wait}); });
  add_words(deleting, a, "[KIND] NAME", 1, 2);
  for (CLI::App* command : {&applying, &deleting}) add_consent(*command, a);
}

CLI::App& add_action(CLI::App& app, Arguments& a, const std::string& name,
                     const std::string& summary, std::function<int(Context&, ActOptions)> run) {
  CLI::App& command =
      add_command(app, a, name, summary, [&a, run = std::move(run)](Context& context) {
        return run(context, {a.words, a.consent, a.no_wait});
      });
  add_words(command, a, "[KIND] NAME", 1, 2);
  add_consent(command, a);
  return command;
}

void add_resizing(CLI::App& app, Arguments& a, const std::string& name, const std::string& summary,
                  bool up) {
  CLI::App& command =
      add_action(app, a, name, summary, [&a, up](Context& context, ActOptions options) {
        return resize(context, {std::move(options), sizes_by_role(a.sizes), up, a.strategy});
      });
  command.add_option("--size", a.sizes, "New size of a role; or --ROLE SIZE")
      ->type_name("ROLE=SIZE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command.add_option("--strategy", a.strategy, "in-place (default), or replace")
      ->check(CLI::IsMember({"in-place", "replace"}))
      ->type_name("HOW");
}

void add_acting(CLI::App& app, Arguments& a) {
  add_resizing(app, a, "upgrade", "Give roles larger machines, one by one", true);
  add_resizing(app, a, "downgrade", "Give roles smaller machines, one by one", false);
  add_action(app, a, "stop", "Switch a resource off; its data stays", &stop);
  add_action(app, a, "start", "Switch a stopped resource on", &start);
  CLI::App& handing = add_action(app, a, "switchover", "Hand a group's lead to another node",
                                 [&a](Context& context, ActOptions options) {
                                   a.switchover.act = std::move(options);
                                   return switchover(context, a.switchover);
                                 });
  handing.add_option("--group", a.switchover.group, "May be left out if there is one only");
  handing.add_option("--to", a.switchover.to, "Who leads from then on")->type_name("NODE");
  CLI::App& renewing = add_action(app, a, "rotate", "Renew passwords or certificates",
                                  [&a](Context& context, ActOptions options) {
                                    a.rotate.act = std::move(options);
                                    return rotate(context, a.rotate);
                                  });
  renewing.add_flag("--passwords", a.rotate.passwords, "Both are valid for a while");
  renewing.add_flag("--certificates", a.rotate.certificates, "One node at a time");
  renewing
      .add_option("--overlap", a.rotate.overlap_seconds,
                  "Both are valid so long; default: the spec's")
      ->type_name("SECONDS")
      ->check(CLI::Range(0, 86'400));
  renewing.add_option("--password-file", a.rotate.password_file, "Holds it; default: generated")
      ->type_name("FILE");
  add_action(app, a, "heal", "Mend what has drifted, as the policy allows", &heal);
}

/// Never written by anybody: it stands before the words that begin with a kind.
constexpr const char* kOfKind = "of-kind";

void add_of_kind(CLI::App& app, Arguments& a) {
  CLI::App& command = add_command(app, a, kOfKind, "What a kind brings", [&a](Context& context) {
    return of_kind(context, {a.words, a.consent, a.no_wait});
  });
  command.group("");
  add_words(command, a, "KIND VERB NAME [ARGUMENT=VALUE]...", 1, 100);
  add_consent(command, a);
}

void add_looking(CLI::App& app, Arguments& a) {
  add_words(add_command(app, a, "kinds", "List the kinds of infrastructure",
                        [&a](Context& context) { return list_kinds(context, a.words); }),
            a, "[KIND]", 0, 1);
  add_words(add_command(app, a, "get", "List resources",
                        [&a](Context& context) { return get(context, a.words); }),
            a, "[KIND [NAME]]", 0, 2);
  CLI::App& describing =
      add_command(app, a, "describe", "Show one resource as it is now",
                  [&a](Context& context) { return describe(context, {a.words, a.stored}); });
  add_words(describing, a, "[KIND] NAME", 1, 2);
  describing.add_flag("--stored", a.stored, "The stored status, without looking at the machines");
  CLI::App& drifting =
      add_command(app, a, "drift", "What is there otherwise than declared",
                  [&a](Context& context) { return drift(context, {a.words, a.stored}); });
  add_words(drifting, a, "[KIND] NAME", 1, 2);
  drifting.add_flag("--stored", a.stored, "As observed last, without looking now");
  CLI::App& secrets =
      add_command(app, a, "credentials", "What a client needs to connect", [&a](Context& context) {
        a.credentials.words = a.words;
        return credentials(context, a.credentials);
      });
  add_words(secrets, a, "[KIND] NAME", 1, 2);
  secrets.add_option("--get", a.credentials.field, "Print this one's value and nothing else")
      ->type_name("FIELD");
  secrets.add_flag("--connect", a.credentials.connect, "Commands that connect; shows no secret");
  secrets.add_flag("--hosts", a.credentials.hosts, "The nodes' names, as lines for a hosts file");
  secrets.add_flag("--zone", a.credentials.zone, "The nodes' names, as a DNS zone to include");
}

void add_operations(CLI::App& app, Arguments& a) {
  add_words(add_command(app, a, "operations", "List operations, newest first",
                        [&a](Context& context) { return operations(context, a.words); }),
            a, "[[KIND] NAME]", 0, 2);
  const auto add = [&](const char* name, const char* summary,
                       int (*run)(const Context&, const SteerOptions&)) -> CLI::App& {
    CLI::App& command = add_command(app, a, name, summary, [&a, run](Context& context) {
      return run(context, {a.words, a.no_wait, a.output});
    });
    add_words(command, a, "An operation's id, or [KIND] NAME for its last one", 1, 2);
    return command;
  };
  add("watch", "Follow an operation until it ends", &watch)
      .add_flag("--with-output", a.output, "What programs say on the machines, too");
  for (CLI::App* command : {&add("retry", "Continue a failed or stuck operation", &retry),
                            &add("cancel", "Stop an operation and undo what it made", &cancel)})
    command->add_flag("--no-wait", a.no_wait, "Do not follow the operation");
}

void add_orphans(CLI::App& app, Arguments& a) {
  CLI::App& command =
      add_command(app, a, "orphans", "List what was left behind and belongs to nothing",
                  [&a](Context& context) { return orphans(context, a.orphans); });
  command.add_option("--destroy", a.orphans.destroy, "Destroy this one; may be repeated")
      ->type_name("ID");
  command.add_flag("-y,--yes", a.orphans.yes, "Do not ask");
}

void add_tokens(CLI::App& app, Arguments& a) {
  add_command(app, a, "tokens", "List the organization's tokens",
              [](Context& context) { return tokens(context); });
  CLI::App& creating = add_command(
      app, a, "create-token", "Make a token and print it",
      [&a](Context& context) { return create_token(context, a.words.front(), a.permissions); });
  add_words(creating, a, "NAME, who or what it is for", 1, 1);
  creating.add_option("--permission", a.permissions, "What it may do; may be repeated")
      ->required()
      ->type_name("PERMISSION");
  add_words(add_command(app, a, "revoke", "End a token and its sessions",
                        [&a](Context& context) { return revoke(context, a.words.front()); }),
            a, "A token's id", 1, 1);
}

void print_error(std::ostream& err, const Error& error, const Style& style) {
  err << style.red("error:") << " " << redact(error.message()) << "\n";
  for (const FieldError& field : error.fields())
    err << fmt::format("  {}: {}\n", field.path, redact(field.message));
  std::string_view lead = "  → ";
  for (const std::string& line :
       wrap(redact(error.remedy()), static_cast<size_t>(style.width) - 4)) {
    err << lead << line << "\n";
    lead = "    ";
  }
}

/// In the order that the parser takes: the last word first. `command`: null when none is named.
std::vector<std::string> words_for_parser(const CLI::App* command, int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  if (command != nullptr && command->get_option_no_throw("--size") != nullptr)
    words = spell_out_sizes(std::move(words), [&](const std::string& option) {
      return command->get_option_no_throw(option) != nullptr;
    });
  std::ranges::reverse(words);
  return words;
}

int parse_and_run(int argc, char** argv, const ServeFn& serve, Context& context) {
  CLI::App app{std::string(kIntroduction), "ashlar"};
  app.footer(std::string(kExitCodes));
  app.require_subcommand(1);
  app.get_formatter()->column_width(30);
  app.set_version_flag("--version", "ashlar " + std::string(kVersion));
  Arguments arguments;
  add_changing(app, arguments);
  add_acting(app, arguments);
  add_of_kind(app, arguments);
  add_looking(app, arguments);
  add_operations(app, arguments);
  add_orphans(app, arguments);
  add_tokens(app, arguments);
  add_serve(app, arguments, serve);
  add_command(app, arguments, "doctor", "Check this machine and the server",
              [](Context& running) { return doctor(running); });
  add_command(app, arguments, "version", "Versions of this program and of the server",
              [](Context& running) { return version(running); });
  if (argc < 2) {
    context.out << app.help();
    return info(ErrorCode::kInvalidInput).exit_code;
  }
  const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
  const auto named = std::ranges::find(commands, argv[1], &CLI::App::get_name);
  // What is no command may be a kind, and only the server knows those.
  const bool of_a_kind = argv[1][0] != '-' && named == commands.end();
  try {
    auto words = words_for_parser(named == commands.end() ? nullptr : *named, argc, argv);
    if (of_a_kind) words.emplace_back(kOfKind);
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error, context.out, context.err);
    return code == 0 ? 0 : info(ErrorCode::kInvalidInput).exit_code;
  }
  context.format = arguments.format == "json" ? Format::kJson : Format::kTable;
  context.endpoint = find_endpoint(arguments.server, arguments.token_file);
  return arguments.chosen(context);
}

/// Standard output, flushed before anything is asked or complained about.
class Output {
 public:
  Output() : of_errors_(std::cerr.tie(&stream())), of_input_(std::cin.tie(&stream())) {}
  ~Output() {
    std::cerr.tie(of_errors_);
    std::cin.tie(of_input_);
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  std::ostream& stream() { return output_.stream(); }
  int finish() { return output_.finish(); }

 private:
  DescriptorOutput output_{STDOUT_FILENO};
  std::ostream* of_errors_;
  std::ostream* of_input_;
};

int run_and_explain(int argc, char** argv, const ServeFn& serve, Context& context) {
  try {
    return parse_and_run(argc, argv, serve, context);
  } catch (const std::exception& caught) {
    const Error error = error_from(caught);
    print_error(context.err, error, context.style);
    return info(error.code()).exit_code;
  }
}

}  // namespace

int run(int argc, char** argv, const ServeFn& serve) {
  Output output;
  Context context = context_of_process(output.stream());
  const int code = run_and_explain(argc, argv, serve, context);
  const int reason = output.finish();
  if (reason == 0) return code;
  // A reader that has seen enough ('| head') needs no complaint.
  if (reason != EPIPE)
    print_error(context.err,
                Error(ErrorCode::kUnavailable,
                      fmt::format("cannot write to standard output: {}", std::strerror(reason)),
                      code == 0 ? "what was asked for has been done, but not told in full" : ""),
                context.style);
  return code == 0 ? kExitOutputLost : code;
}

}  // namespace ashlar::cli
