#include "cli/cli.hpp"
#include "main/serve.hpp"

int main(int argc, char** argv) {
  return ashlar::cli::run(argc, argv, ashlar::serve);
}
