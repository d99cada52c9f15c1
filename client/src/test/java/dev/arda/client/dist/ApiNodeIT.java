package dev.arda.client.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The example in Node, as its README says to run it. */
class ApiNodeIT {

  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern NUMBER = Pattern.compile("^#(\\d+) ");

  @Test
  void program_losesItsConnection_andMissesNothing() throws IOException {
    try (var arda = new ArdaFixture()) {
      var directory = arda.root.resolve("api-node");
      Files.createDirectory(directory);
      for (var file : List.of("package.json", "package-lock.json", "arda.mjs", "main.mjs")) {
        Files.copy(CHECKOUT.resolve("examples/api-node").resolve(file), directory.resolve(file));
      }
      ArdaFixture.copy(CHECKOUT.resolve("examples/api-node/proto"), directory.resolve("proto"));
      arda.with("ARDA_PROTO_DIR", CHECKOUT.resolve("proto/src/main/protobuf").toString())
          .with("npm_config_cache", System.getProperty("user.home") + "/.npm");
      var installed =
          ArdaFixture.end(
              arda.program(
                  directory, List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")));
      assertThat(installed.exitCode()).as(installed.err()).isZero();
      assertThat(arda.run("daemon", "start").exitCode()).isZero();

      var run =
          ArdaFixture.end(
              arda.program(
                  directory,
                  List.of(
                      "node",
                      "main.mjs",
                      "path:" + arda.fleet,
                      "nixosConfigurations.web01.config.networking.hostName",
                      "nixosConfigurations.web01.config.system.build.toplevel")));

      assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
      assertThat(run.out())
          .startsWith("nixosConfigurations.web01.config.networking.hostName = \"web01\"\n")
          .contains("-- dropping the connection", "-- connected again", ": succeeded\n");
      var numbers =
          run.out()
              .lines()
              .map(NUMBER::matcher)
              .filter(matcher -> matcher.find())
              .map(matcher -> Long.parseLong(matcher.group(1)))
              .distinct()
              .toList();
      assertThat(numbers).isSorted().hasSizeGreaterThan(2);
      assertThat(Path.of(run.out().strip().lines().reduce("", (before, last) -> last)))
          .as("the output that was built")
          .exists();
    }
  }
}
