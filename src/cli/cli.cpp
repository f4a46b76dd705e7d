#include "cli/cli.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "base/secret.hpp"
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
  ApplyOptions apply;
  bool yes = false, no_wait = false, stored = false;
  CredentialsOptions credentials;
  ResizeOptions resize;
  SwitchoverOptions switchover;
  RotateOptions rotate;
  std::vector<std::string> permissions;
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

void add_changing(CLI::App& app, Arguments& a) {
  add_files(add_command(app, a, "plan", "Show what applying a spec would do",
                        [&a](Context& context) { return plan(context, a.files); }),
            a);
  CLI::App& applying =
      add_command(app, a, "apply", "Show the plan, ask, carry it out",
                  [&a](Context& context) { return apply(context, {a.files, a.yes, a.no_wait}); });
  add_files(applying, a);
  CLI::App& deleting =
      add_command(app, a, "delete", "Destroy a resource, its machines and its data",
                  [&a](Context& context) { return remove(context, {a.words, a.yes, a.no_wait}); });
  add_words(deleting, a, "[KIND] NAME", 1, 2);
  for (CLI::App* command : {&applying, &deleting}) {
    command->add_flag("-y,--yes", a.yes, "Do not ask");
    command->add_flag("--no-wait", a.no_wait, "Do not follow the operation");
  }
}

CLI::App& add_action(CLI::App& app, Arguments& a, const std::string& name,
                     const std::string& summary, std::function<int(Context&, ActOptions)> run) {
  CLI::App& command =
      add_command(app, a, name, summary, [&a, run = std::move(run)](Context& context) {
        return run(context, {a.words, a.yes, a.no_wait});
      });
  add_words(command, a, "[KIND] NAME", 1, 2);
  command.add_flag("-y,--yes", a.yes, "Do not ask");
  command.add_flag("--no-wait", a.no_wait, "Do not follow the operation");
  return command;
}

void add_resizing(CLI::App& app, Arguments& a, const std::string& name, const std::string& summary,
                  bool up) {
  CLI::App& command =
      add_action(app, a, name, summary, [&a, up](Context& context, ActOptions options) {
        return resize(context, {std::move(options), a.resize.sizes, up});
      });
  for (const char* role : {"master", "replica", "sentinel"})
    command
        .add_option(fmt::format("--{}", role), a.resize.sizes[role],
                    fmt::format("New size of the {}s", role))
        ->type_name("SIZE");
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
  renewing.add_option("--password-file", a.rotate.password_file, "Holds it; default: generated")
      ->type_name("FILE");
  add_action(app, a, "heal", "Mend what has drifted, as the policy allows", &heal);
}

void add_looking(CLI::App& app, Arguments& a) {
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
}

void add_operations(CLI::App& app, Arguments& a) {
  add_words(add_command(app, a, "operations", "List operations, newest first",
                        [&a](Context& context) { return operations(context, a.words); }),
            a, "[[KIND] NAME]", 0, 2);
  const auto add = [&](const char* name, const char* summary,
                       int (*run)(const Context&, const SteerOptions&)) -> CLI::App& {
    CLI::App& command = add_command(app, a, name, summary, [&a, run](Context& context) {
      return run(context, {a.words, a.no_wait});
    });
    add_words(command, a, "An operation's id, or [KIND] NAME for its last one", 1, 2);
    return command;
  };
  add("watch", "Follow an operation until it ends", &watch);
  for (CLI::App* command : {&add("retry", "Continue a failed or stuck operation", &retry),
                            &add("cancel", "Stop an operation and undo what it made", &cancel)})
    command->add_flag("--no-wait", a.no_wait, "Do not follow the operation");
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

int parse_and_run(int argc, char** argv, const ServeFn& serve, Context& context) {
  CLI::App app{std::string(kIntroduction), "ashlar"};
  app.footer(std::string(kExitCodes));
  app.require_subcommand(1);
  app.get_formatter()->column_width(30);
  app.set_version_flag("--version", "ashlar " + std::string(kVersion));
  Arguments arguments;
  add_changing(app, arguments);
  add_acting(app, arguments);
  add_looking(app, arguments);
  add_operations(app, arguments);
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
  if (argv[1][0] != '-' &&
      std::ranges::find(commands, argv[1], &CLI::App::get_name) == commands.end())
    throw Error(ErrorCode::kInvalidInput, fmt::format("there is no command '{}'", argv[1]),
                "'ashlar --help' lists what there is");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error, context.out, context.err);
    return code == 0 ? 0 : info(ErrorCode::kInvalidInput).exit_code;
  }
  context.format = arguments.format == "json" ? Format::kJson : Format::kTable;
  context.endpoint = find_endpoint(arguments.server, arguments.token_file);
  return arguments.chosen(context);
}

}  // namespace

int run(int argc, char** argv, const ServeFn& serve) {
  Context context = context_of_process();
  try {
    return parse_and_run(argc, argv, serve, context);
  } catch (const Error& error) {
    print_error(context.err, error, context.style);
    return info(error.code()).exit_code;
  } catch (const std::exception& error) {
    print_error(context.err,
                Error(ErrorCode::kInternal, error.what(), "this is a fault of ashlar itself"),
                context.style);
    return info(ErrorCode::kInternal).exit_code;
  }
}

}  // namespace ashlar::cli
