package dev.arda.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A copy of {@code scripts/bench/fleet} as a git repository with one commit, and questions to it.
 */
final class FleetFlake {

  /** The host that can be edited alone. */
  static final String EDITED = "host07";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Options of a service whose values are worth asking for. */
  private static final List<String> ASKED =
      List.of(
          "port",
          "user",
          "group",
          "stateDirectory",
          "logLevel",
          "workers",
          "listen",
          "peers",
          "enable",
          "openFirewall");

  private final Path directory;
  private final JsonNode size;

  private FleetFlake(Path directory) throws IOException {
    this.directory = directory;
    this.size = JSON.readTree(directory.resolve("fleet.json").toFile());
  }

  /** A copy as it is in the repository. */
  static FleetFlake create(Side side, Path template, String name)
      throws IOException, InterruptedException {
    return create(side, template, name, "", 0);
  }

  /**
   * A copy.
   *
   * @param size the content of {@code fleet.json}; empty: as it is
   * @param files how many files to add that the flake does not read
   */
  static FleetFlake create(Side side, Path template, String name, String size, int files)
      throws IOException, InterruptedException {
    Path directory = side.work().resolve(name);
    try (Stream<Path> all = Files.walk(template)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Path copy = directory.resolve(template.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    if (!size.isEmpty()) {
      Files.writeString(directory.resolve("fleet.json"), size);
    }
    for (int i = 0; i < files; i++) {
      Path file = directory.resolve("files/d" + i / 20 + "/f" + i);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "file " + i + "\n");
    }
    Files.createDirectory(directory.resolve("hosts"));
    var fleet = new FleetFlake(directory);
    fleet.edit(0);
    List<String> git = List.of("git", "-c", "user.name=bench", "-c", "user.email=bench@localhost");
    for (List<String> step :
        List.of(
            List.of("init", "-q", "-b", "main"),
            List.of("add", "."),
            List.of("commit", "-q", "-m", "fleet"))) {
      var _ = side.run(directory, Stream.concat(git.stream(), step.stream()).toList());
    }
    return fleet;
  }

  Path directory() {
    return directory;
  }

  /** Its size in words. */
  String size() {
    return "%d hosts, %d options each"
        .formatted(size.get("hosts").asInt(), 13 + 15 * size.get("services").asInt());
  }

  /** The value of an option of a host. */
  static String option(String host, String option) {
    return "nixosConfigurations." + host + ".config." + option;
  }

  /** Values of one host, all different selectors. */
  List<String> selectors(String host) {
    return IntStream.range(0, size.get("services").asInt())
        .boxed()
        .flatMap(service ->
            ASKED.stream().map(name -> option(host, "services.s" + service + "." + name)))
        .toList();
  }

  /** Changes one host. */
  void edit(int revision) throws IOException {
    Files.writeString(
        directory.resolve("hosts/" + EDITED + ".nix"),
        "{ lib, ... }: { site.revision = lib.mkForce " + revision + "; }\n");
  }

  /** Changes every host. */
  void editSite(int revision) throws IOException {
    Files.writeString(directory.resolve("site.nix"), "{ site.revision = " + revision + "; }\n");
  }

  /**
   * Compares answers.
   *
   * @throws IllegalStateException if they are not the same value
   */
  static void same(String question, String arda, String other) throws IOException {
    if (!JSON.readTree(arda).equals(JSON.readTree(other))) {
      throw new IllegalStateException(question + " is " + arda + " to arda, but " + other);
    }
  }
}
