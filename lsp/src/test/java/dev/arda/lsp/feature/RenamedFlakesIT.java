package dev.arda.lsp.feature;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.arda.lsp.transcript.Distribution;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Renames {@code web01} in flakes of many shapes, asked at each place where that is written, and
 * evaluates them before and after with Nix: they are the same but for the name, or it is refused.
 */
class RenamedFlakesIT {

  private static final String OLD = "web01";

  /** What can be compared: the hosts with their values, and the output {@code lib}. */
  private static final String EVALUATION =
      """
      let
        flake = import ./flake.nix;
        input = name: let outputs = (import (./. + "/${name}/flake.nix")).outputs { self = outputs; }; in outputs;
        inputs = builtins.mapAttrs (name: _: input name) (flake.inputs or { });
        outputs = flake.outputs (inputs // { inherit self; });
        self = outputs // { inherit inputs outputs; };
      in {
        lib = self.lib or null;
        hosts = builtins.mapAttrs (name: host: host.config.v or null) (self.nixosConfigurations or { });
      }
      """;

  @TempDir private Path directory;

  private int evaluations;

  /**
   * A flake.
   *
   * @param works whether it must be possible to rename the host from its key; else it may be
   *     refused
   */
  private record Shape(String name, boolean works, Map<String, String> files) {}

  private static List<Shape> shapes() throws IOException {
    var result = new ArrayList<Shape>();
    try (var stream =
        Objects.requireNonNull(
            RenamedFlakesIT.class.getResourceAsStream("/renamings/shapes.txt"))) {
      var text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      for (var section : text.split("(?m)^=== ", -1)) {
        if (!section.isBlank()) {
          var title = section.substring(0, section.indexOf('\n')).split(" ", -1);
          var files = new LinkedHashMap<String, String>();
          var parts = List.of(section.split("(?m)^--- ", -1));
          for (var file : parts.subList(1, parts.size())) {
            int line = file.indexOf('\n');
            files.put(file.substring(0, line), file.substring(line + 1));
          }
          result.add(new Shape(title[0], title.length > 1, files));
        }
      }
    }
    return result;
  }

  @TestFactory
  List<DynamicTest> renamedFlake_isTheSameButForTheName() throws IOException {
    return shapes().stream()
        .map(shape -> DynamicTest.dynamicTest(shape.name(), () -> check(shape, "edge")))
        .toList();
  }

  private void check(Shape shape, String name) throws Exception {
    var before = evaluated(shape.files());
    var answers = new LinkedHashMap<Map<String, String>, String>();
    var refused = new ArrayList<String>();
    for (var entry : shape.files().entrySet()) {
      var file = entry.getKey();
      var text = entry.getValue();
      boolean asks = file.endsWith(".nix") && !file.endsWith("/flake.nix");
      for (int at = asks ? text.indexOf(OLD) : -1; at >= 0; at = text.indexOf(OLD, at + 1)) {
        var asked =
            file
                + ": "
                + text.substring(text.lastIndexOf('\n', at) + 1, text.indexOf('\n', at)).strip();
        var refusal = renamed(shape, file, text, at + 1, name, answers, asked);
        refusal.ifPresent(why -> refused.add(asked + ": " + why));
      }
    }
    for (var answer : answers.entrySet()) {
      var after = evaluated(answer.getKey());
      assertThat(named(after, name))
          .as("%s%n%s", answer.getValue(), String.join("\n", answer.getKey().values()))
          .isEqualTo(named(before, name));
    }
    if (shape.works()) {
      assertThat(answers).as("refused: %s", refused).isNotEmpty();
    }
  }

  private static final List<String> NAMES =
      List.of(
          "a.b", "a b", "a\"b", "${x}", "$y", "if", "or", "null", "é中🐣", "a,b", "*", "?q", "{x",
          "a\\b", "it's", "a''", "'${x}'", "-x", "@x", "#z", "0", "a@b", "a/b", "import", "__x");

  private static final Shape QUOTED =
      new Shape(
          "quoted",
          true,
          Map.of(
              "flake.nix",
              """
              { outputs = { self }: let hosts = { web01 = { config.v = 1; }; db = { config.v = 2; }; }; in {
                nixosConfigurations = hosts;
                lib.a = self.nixosConfigurations.web01.config.v;
                lib.b = self.nixosConfigurations ? web01;
                lib.c = self.nixosConfigurations ? "web01";
                lib.d = with self.nixosConfigurations; web01.config.v;
                lib.e = let inherit (hosts) web01; in web01.config.v;
                lib.f = map (h: hosts.${h}.config.v) [ "web01" ];
                lib.g = map (h: self.nixosConfigurations.${h}.config.v) [ "web01" ];
                lib.h = hosts.${"web01"}.config.v;
                lib.i = builtins.match ".*Configurations[.].*[.]v" ''nixosConfigurations.web01.v'' != null;
              }; }
              """));

  @TestFactory
  List<DynamicTest> anyName_isWrittenSoThatItIsThat() {
    return NAMES.stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> checkName(name)))
        .toList();
  }

  private void checkName(String name) throws Exception {
    var answers = new LinkedHashMap<Map<String, String>, String>();
    var text = Objects.requireNonNull(QUOTED.files().get("flake.nix"));
    var refusal =
        renamed(QUOTED, "flake.nix", text, text.indexOf(OLD) + 1, name, answers, "the key");
    assertThat(refusal).isEmpty();
    var before = JsonParser.parseString(evaluated(QUOTED.files())).getAsJsonObject();
    var after =
        JsonParser.parseString(evaluated(answers.keySet().iterator().next())).getAsJsonObject();
    assertThat(after.get("lib")).isEqualTo(before.get("lib"));
    var hosts = before.getAsJsonObject("hosts");
    hosts.add(name, hosts.remove(OLD));
    assertThat(after.get("hosts")).isEqualTo(hosts);
  }

  /** What was evaluated, with both names as one. */
  private static JsonElement named(String evaluated, String name) {
    return JsonParser.parseString(evaluated.replace(OLD, name));
  }

  private static Optional<String> renamed(
      Shape shape,
      String file,
      String text,
      int offset,
      String name,
      Map<Map<String, String>, String> answers,
      String asked) {
    var flake = new KnownFlake();
    shape.files().forEach(flake::file);
    var scope = flake.scope(file, text);
    var subject = References.at(scope, offset);
    if (subject.filter(one -> one.name().equals(OLD)).isEmpty()) {
      return Optional.of("no such host or user is there");
    }
    var refusal = Renaming.refusal(scope, subject.get());
    if (refusal.isPresent()) {
      return refusal;
    }
    var renaming = Renaming.of(scope, subject.get(), name);
    if (renaming.refusal().isPresent()) {
      return renaming.refusal();
    }
    var texts = new LinkedHashMap<>(shape.files());
    for (var changed : renaming.files()) {
      texts.put(changed.file().toString(), changed.after().text());
    }
    answers.putIfAbsent(texts, asked);
    return Optional.empty();
  }

  private String evaluated(Map<String, String> files) throws Exception {
    var flake = Files.createDirectory(directory.resolve("f" + evaluations++));
    for (var file : files.entrySet()) {
      var path = flake.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
    Files.writeString(flake.resolve("evaluation.nix"), EVALUATION);
    var process =
        new ProcessBuilder(
                Distribution.nix(),
                "--extra-experimental-features",
                "nix-command",
                "--store",
                "dummy://",
                "eval",
                "--json",
                "--file",
                flake.resolve("evaluation.nix").toString())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue())
        .as("%s%n%s", String.join("\n", files.values()), printed)
        .isZero();
    return printed;
  }
}
