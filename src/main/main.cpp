#include "base/standard_streams.hpp"
#include "cli/cli.hpp"
#include "main/serve.hpp"

int main(int argc, char** argv) {
  ashlar::keep_standard_streams();
  return ashlar::cli::run(argc, argv, ashlar::serve);
}
