package dev.arda.client.cli;

import dev.arda.client.Environment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Examines the programs that arda works with. */
final class MachineChecks {

  private static final int JAVA = 25;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Environment environment;
  private final Programs programs;

  MachineChecks(Environment environment) {
    this.environment = environment;
    this.programs = new Programs(environment);
  }

  /** All of them. */
  List<Check> run() throws InterruptedException {
    var checks = new ArrayList<Check>();
    checks.add(java());
    checks.add(launcher());
    checks.addAll(nix());
    checks.add(
        program("git", "--version", true, "install git; flakes in git repositories need it"));
    checks.add(program("ssh", "-V", false, "install an OpenSSH client to reach other hosts"));
    return checks;
  }

  private static Check java() {
    var version = Runtime.version();
    var detail = version + " (" + System.getProperty("java.home") + ")";
    return version.feature() >= JAVA
        ? Check.ok("java", detail)
        : Check.fault(
            "java", detail, "install a JDK %d and set ARDA_JAVA_HOME to it".formatted(JAVA));
  }

  private Check launcher() {
    return environment
        .launcher()
        .map(path -> Check.ok("launcher", path.toString()))
        .orElseGet(() ->
            Check.fault(
                "launcher",
                "this program was not started by bin/arda and cannot start a daemon",
                "run bin/arda of the distribution"));
  }

  private List<Check> nix() throws InterruptedException {
    var nix = environment.program("nix");
    if (nix.isEmpty()) {
      return List.of(
          Check.fault(
              "nix",
              "there is no nix on PATH",
              "install Nix (on Debian: apt install nix-bin), or add it to PATH"));
    }
    var path = nix.get().toString();
    var version = programs.run(List.of(path, "--version"), LIMIT);
    if (version.code() != 0) {
      return List.of(
          Check.fault(
              "nix",
              "%s does not run: %s".formatted(path, version.firstLine()),
              "repair the installation of Nix"));
    }
    return List.of(Check.ok("nix", version.firstLine() + " (" + path + ")"), evaluates(path));
  }

  /** Whether flakes can be evaluated, with the features that arda asks for itself. */
  private Check evaluates(String nix) throws InterruptedException {
    var outcome =
        programs.run(
            List.of(
                nix,
                "--extra-experimental-features",
                "nix-command flakes",
                "eval",
                "--raw",
                "--expr",
                "if builtins ? getFlake then \"flakes\" else \"none\""),
            LIMIT);
    if (outcome.code() == 0 && outcome.output().endsWith("flakes")) {
      return Check.ok("nix-command flakes", "usable");
    }
    return Check.fault(
        "nix-command flakes",
        outcome.code() == 0 ? "this Nix has no flakes" : lastLine(outcome.output()),
        outcome.output().contains("ermission denied")
            ? "make sure that you may use the Nix store: is nix-daemon running, and may you connect to it?"
            : "use a Nix from 2.8 on whose store works; try: nix --extra-experimental-features"
                + " 'nix-command flakes' eval --expr 1");
  }

  private Check program(String name, String option, boolean needed, String remedy)
      throws InterruptedException {
    var path = environment.program(name);
    if (path.isEmpty()) {
      var detail = "there is no %s on PATH".formatted(name);
      return needed ? Check.fault(name, detail, remedy) : Check.note(name, detail, remedy);
    }
    var outcome = programs.run(List.of(path.get().toString(), option), LIMIT);
    var detail = outcome.firstLine() + " (" + path.get() + ")";
    return outcome.code() == 0
        ? Check.ok(name, detail)
        : Check.fault(name, detail, "repair the installation of " + name);
  }

  private static String lastLine(String output) {
    return output.lines().filter(line -> !line.isBlank()).reduce((a, b) -> b).orElse("no output");
  }
}
