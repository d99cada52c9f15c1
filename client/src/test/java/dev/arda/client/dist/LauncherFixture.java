package dev.arda.client.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A copy of {@code bin/arda} in a distribution with empty jars, and homes of Java whose {@code
 * java} prints its arguments and a few variables. The directories of the system where the launcher
 * would look for Java are replaced by one below the fixture, so that this machine's Java does not
 * matter.
 */
final class LauncherFixture {

  private static final Path DISTRIBUTION =
      Path.of(System.getProperty("arda.distribution", "../target/arda"));

  private static final String FAKE_JAVA =
      """
      #!/bin/sh
      for argument; do printf 'arg %s\\0' "$argument"; done
      for name in LC_ALL JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS; do
        eval "[ -z \\"\\${$name+set}\\" ] || printf 'env %s=%s\\\\0' $name \\"\\$$name\\""
      done
      printf 'java %s\\0' "$0"
      if [ -e /dev/fd/0 ]; then printf 'input open\\0'; fi
      """;

  /** What a run printed and how it ended. */
  record Run(int exitCode, String out, String err) {

    /**
     * What the stand-in said of this kind: {@code arg}, {@code env}, {@code java} or {@code input}.
     */
    List<String> lines(String kind) {
      return Pattern.compile("\0")
          .splitAsStream(out)
          .filter(line -> line.startsWith(kind + " "))
          .map(line -> line.substring(kind.length() + 1))
          .toList();
    }

    /** What the main class is given. */
    List<String> mainArguments(String mainClass) {
      var arguments = lines("arg");
      return arguments.subList(arguments.indexOf(mainClass) + 1, arguments.size());
    }
  }

  final Path root;
  final Path home;

  LauncherFixture(Path root, String name) {
    try {
      this.root = root.toRealPath();
      home = Files.createDirectories(this.root.resolve(name));
      Files.createDirectories(home.resolve("bin"));
      Files.createDirectories(home.resolve("lib"));
      for (var jar :
          List.of("arda-command.jar", "arda-daemon-1.2.jar", "arda-language-server.jar")) {
        Files.createFile(home.resolve("lib").resolve(jar));
      }
      var script =
          Files.readString(DISTRIBUTION.resolve("bin/arda"))
              .replace("/usr/lib/jvm/", this.root + "/jvm/")
              .replace("/opt/", this.root + "/opt/")
              .replace("/run/current-system/", this.root + "/system/");
      executable(launcher(), script);
      var tools = Files.createDirectories(this.root.resolve("tools"));
      for (var tool : List.of("sh", "readlink")) {
        executable(tools.resolve(tool), "#!/bin/sh\nexec /bin/" + tool + " \"$@\"\n");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path launcher() {
    return home.resolve("bin/arda");
  }

  /**
   * What bin/arda starts in the background to have caches made: one that says how it was called.
   */
  interface Trainer {
    /** How it was called since the last time, a line for each call; empty if it was not. */
    String take() throws IOException, InterruptedException;
  }

  /** Puts a stand-in in place of the script that makes caches. */
  Trainer trainer() throws IOException {
    var pipe = root.resolve("trainer");
    try {
      new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    Files.createDirectories(home.resolve("share/arda"));
    executable(
        home.resolve("share/arda/train.sh"),
        "#!/bin/sh\necho \"$1 $2 $ARDA_JAVA_HOME\" >'" + pipe + "'\n");
    return () -> {
      var process =
          new ProcessBuilder("timeout", "3", "cat", pipe.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    };
  }

  /** Makes a home of Java below the fixture that says it has this version. */
  Path java(String where, String version) throws IOException {
    var javaHome = Files.createDirectories(root.resolve(where));
    Files.createDirectories(javaHome.resolve("bin"));
    executable(javaHome.resolve("bin/java"), FAKE_JAVA);
    Files.writeString(
        javaHome.resolve("release"),
        "IMPLEMENTOR=\"x\"\nJAVA_RUNTIME_VERSION=\""
            + version
            + "+9-LTS\"\nJAVA_VERSION=\""
            + version
            + "\"\nLIBC=\"gnu\"\n");
    return javaHome;
  }

  /** Runs a command with nothing in its environment but what is given and an empty home. */
  Run run(Path directory, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    var out = root.resolve("out");
    var err = root.resolve("err");
    var builder =
        new ProcessBuilder(new ArrayList<>(List.of(command)))
            .directory(directory.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    var variables = new TreeMap<>(Map.of("HOME", root + "/user", "LANG", "C.UTF-8"));
    variables.put("PATH", root.resolve("tools").toString());
    variables.putAll(environment);
    builder.environment().clear();
    builder.environment().putAll(variables);
    var exitCode = builder.start().waitFor();
    return new Run(
        exitCode,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  private static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + file + " executable");
    }
  }
}
