#include "pocketcloud/cloud_config.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <charconv>
#include <map>
#include <set>

#include "base/yaml.hpp"

namespace ashlar::pocketcloud {
namespace {

constexpr std::string_view kHeader = "#cloud-config";

const std::map<std::string, std::pair<std::string, unsigned>> kHostKeyFiles = {
    {"ed25519_private", {"/etc/ssh/ssh_host_ed25519_key", 0600}},
    {"ed25519_public", {"/etc/ssh/ssh_host_ed25519_key.pub", 0644}},
    {"ecdsa_private", {"/etc/ssh/ssh_host_ecdsa_key", 0600}},
    {"ecdsa_public", {"/etc/ssh/ssh_host_ecdsa_key.pub", 0644}},
    {"rsa_private", {"/etc/ssh/ssh_host_rsa_key", 0600}},
    {"rsa_public", {"/etc/ssh/ssh_host_rsa_key.pub", 0644}},
};

std::string with_newline(std::string text) {
  if (text.empty() || text.back() != '\n') text += '\n';
  return text;
}

std::optional<std::string> decode_base64(std::string text) {
  std::erase_if(text, [](char c) { return c == '\n' || c == '\r' || c == ' '; });
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  bytes.resize(static_cast<size_t>(length) - padding);
  return bytes;
}

std::optional<unsigned> parse_mode(const std::string& text) {
  unsigned mode = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  if (error != std::errc{} || end != text.data() + text.size() || mode > 07777) return std::nullopt;
  return mode;
}

/// Paths are resolved below the droplet's disk by the host, so `..` must never get that far.
bool is_plain_absolute_path(std::string_view path) {
  return path.starts_with('/') && path.size() > 1 && !path.ends_with('/') &&
         path.find("/../") == std::string_view::npos && !path.ends_with("/..") &&
         path.find('\0') == std::string_view::npos;
}

class Parser {
 public:
  Parsed<Seed> parse(std::string_view user_data) {
    if (user_data.find_first_not_of(" \t\r\n") == std::string_view::npos) return Seed{};
    if (!user_data.starts_with(kHeader)) {
      fault("",
            "user_data must be a cloud-config that starts with the line '#cloud-config'; scripts "
            "and other forms are not run by this cloud");
      return std::unexpected(faults_);
    }
    const auto documents = parse_yaml(user_data);
    if (!documents) {
      fault("", "user_data is not valid YAML: " + documents.error().message());
    } else if (documents->size() == 1 && documents->front().value.is_object()) {
      top_level(documents->front().value);
    } else if (!(documents->empty() || documents->front().value.is_null())) {
      fault("", "user_data must be one mapping");
    }
    if (!faults_.empty()) return std::unexpected(faults_);
    return std::move(seed_);
  }

 private:
  void fault(std::string path, std::string message) {
    faults_.push_back({std::move(path), std::move(message)});
  }

  void top_level(const Json& config) {
    for (const auto& [key, value] : config.items()) {
      if (key == "ssh_keys") {
        host_keys(value);
      } else if (key == "ssh_authorized_keys") {
        authorized_keys(value);
      } else if (key == "write_files") {
        files(value);
      } else if (key == "ssh_deletekeys") {
        // The image holds no host keys, so there is nothing to delete and nothing to keep.
        if (!value.is_boolean()) fault(key, "must be true or false");
      } else if (key == "disable_root") {
        if (value != false) fault(key, "must be false: root is the only user of a droplet here");
      } else {
        fault(key, fmt::format("cloud-config key '{}' is not supported by this cloud; it honours "
                               "ssh_keys, ssh_authorized_keys, write_files, ssh_deletekeys, "
                               "disable_root",
                               key));
      }
    }
  }

  void host_keys(const Json& keys) {
    if (!keys.is_object()) return fault("ssh_keys", "must be a mapping");
    for (const auto& [name, value] : keys.items()) {
      const auto file = kHostKeyFiles.find(name);
      if (file == kHostKeyFiles.end()) {
        fault("ssh_keys." + name,
              "is not supported; known are rsa, ecdsa and ed25519, each with "
              "_private and _public");
      } else if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
        fault("ssh_keys." + name, "must be a text");
      } else {
        const auto& [path, mode] = file->second;
        seed_.host_keys.push_back({path, with_newline(value.get<std::string>()), mode});
      }
    }
  }

  void authorized_keys(const Json& keys) {
    if (!keys.is_array()) return fault("ssh_authorized_keys", "must be a list");
    for (size_t i = 0; i < keys.size(); ++i) {
      if (keys[i].is_string() &&
          keys[i].get_ref<const std::string&>().find('\n') == std::string::npos) {
        seed_.authorized_keys.push_back(keys[i].get<std::string>());
      } else {
        fault(fmt::format("ssh_authorized_keys[{}]", i), "must be a text of one line");
      }
    }
  }

  void files(const Json& files) {
    if (!files.is_array()) return fault("write_files", "must be a list");
    for (size_t i = 0; i < files.size(); ++i) file(fmt::format("write_files[{}]", i), files[i]);
  }

  void file(const std::string& at, const Json& entry) {
    if (!entry.is_object()) return fault(at, "must be a mapping");
    SeedFile file;
    std::string encoding;
    for (const auto& [key, value] : entry.items()) {
      const std::string where = at + "." + key;
      const bool is_text = value.is_string();
      const std::string text = is_text ? value.get<std::string>() : "";
      if (key == "append") {
        if (value.is_boolean())
          file.append = value.get<bool>();
        else
          fault(where, "must be true or false");
      } else if (!kFileKeys.contains(key)) {
        fault(where,
              "is not supported; known are path, content, permissions, owner, encoding, append");
      } else if (!is_text) {
        fault(where, "must be a text (quote it)");
      } else if (key == "path") {
        file.path = text;
      } else if (key == "content") {
        file.content = text;
      } else if (key == "owner") {
        file.owner = text;
      } else if (key == "encoding") {
        encoding = text;
      } else if (const auto mode = parse_mode(text)) {
        file.mode = *mode;
      } else {
        fault(where, "must be octal permissions such as '0644'");
      }
    }
    if (!is_plain_absolute_path(file.path))
      fault(at + ".path", "must be an absolute path of a file without '..'");
    decode(at, encoding, file);
    seed_.files.push_back(std::move(file));
  }

  void decode(const std::string& at, const std::string& encoding, SeedFile& file) {
    if (encoding.empty() || encoding == "text/plain") return;
    if (encoding != "b64" && encoding != "base64") {
      return fault(at + ".encoding", "must be text/plain, b64 or base64");
    }
    auto bytes = decode_base64(file.content);
    if (!bytes) return fault(at + ".content", "is not valid base64");
    file.content = std::move(*bytes);
  }

  static inline const std::set<std::string> kFileKeys = {"path",  "content",  "permissions",
                                                         "owner", "encoding", "append"};
  Seed seed_;
  std::vector<FieldError> faults_;
};

// JSON strings must be UTF-8 and file contents need not be.
std::string encode_base64(const std::string& bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(length));
  return text;
}

Json files_to_json(const std::vector<SeedFile>& files) {
  Json list = Json::array();
  for (const auto& file : files) {
    list.push_back({{"path", file.path},
                    {"content", encode_base64(file.content)},
                    {"mode", file.mode},
                    {"owner", file.owner},
                    {"append", file.append}});
  }
  return list;
}

std::vector<SeedFile> files_from_json(const Json& list) {
  std::vector<SeedFile> files;
  for (const auto& file : list) {
    files.push_back({file.at("path"), decode_base64(file.at("content")).value(), file.at("mode"),
                     file.at("owner"), file.at("append")});
  }
  return files;
}

}  // namespace

Parsed<Seed> parse_cloud_config(std::string_view user_data) {
  return Parser().parse(user_data);
}

Json to_json(const Seed& seed) {
  return {{"host_keys", files_to_json(seed.host_keys)},
          {"authorized_keys", seed.authorized_keys},
          {"files", files_to_json(seed.files)}};
}

Seed seed_from_json(const Json& json) {
  return {files_from_json(json.at("host_keys")), json.at("authorized_keys"),
          files_from_json(json.at("files"))};
}

}  // namespace ashlar::pocketcloud
