package dev.arda.nix.system.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.arda.nix.core.TerminalText;
import dev.arda.nix.remote.Elevation;
import dev.arda.nix.remote.Secret;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.system.Host;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Asks machines what hardware they have. Blocks; interrupting the thread gives it up.
 *
 * @param means what it works with
 */
public record HardwareReports(Means means) {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** As many characters can be the report of a machine. */
  private static final int LARGEST = 4 << 20;

  /** The program that finds it out. */
  public enum Backend {
    /** Its report is JSON. */
    NIXOS_FACTER("nixos-facter", "facter.json"),
    /** Its report is a module of NixOS. */
    NIXOS_GENERATE_CONFIG("nixos-generate-config", "hardware-configuration.nix");

    private final String program;
    private final String file;

    Backend(String program, String file) {
      this.program = program;
      this.file = file;
    }

    /** Its name. */
    public String program() {
      return program;
    }

    /** What its report is called in the directory of a host. */
    public String file() {
      return file;
    }
  }

  /**
   * What a machine said.
   *
   * @param target where it is
   * @param text the report, with a newline at its end
   */
  public record Report(String target, String text) {}

  /**
   * Asks a host.
   *
   * @param filesystems whether the report is to say which file systems are mounted; only {@code
   *     nixos-generate-config} can
   * @param password what {@code sudo} there is given if it asks for one; empty: nothing is known
   * @throws dev.arda.nix.types.NixException if it cannot be reached; {@code HOST_UNFIT} if it has
   *     not the program or that fails; {@code PASSWORD_REQUIRED}, {@code PASSWORD_REJECTED}
   */
  public Report read(
      HostWays ways, Host host, Backend backend, boolean filesystems, Optional<Secret> password) {
    var way = ways.to(host);
    var label = "%s (%s)".formatted(host.name(), way.target());
    try (var shell = way.shared()) {
      var facts = TargetAccess.look(shell, ways.root(host));
      var elevation = elevation(label, backend, facts, shell, password);
      var bytes = new byte[8];
      means.random().nextBytes(bytes);
      var begin = "arda:" + HexFormat.of().formatHex(bytes);
      var result =
          shell.run(Scripts.hardware(backend, begin, arguments(backend, filesystems), elevation));
      var output = result.outputText();
      int start = output.indexOf(begin + "\n");
      if (!result.succeeded() || start < 0) {
        throw unfit(
            host,
            "%s cannot be asked by %s: %s"
                .formatted(
                    label,
                    backend.program(),
                    TerminalText.strip(result.errorTail())
                        .strip()
                        .lines()
                        .reduce((_, last) -> last)
                        .orElse("it ended with exit code " + result.exitCode())));
      }
      return new Report(
          way.target().toString(),
          checked(host, label, backend, output.substring(start + begin.length() + 1)));
    }
  }

  private static List<String> arguments(Backend backend, boolean filesystems) {
    return switch (backend) {
      case NIXOS_FACTER -> List.of();
      case NIXOS_GENERATE_CONFIG ->
          filesystems
              ? List.of("--show-hardware-config")
              : List.of("--show-hardware-config", "--no-filesystems");
    };
  }

  private static Elevation elevation(
      String label, Backend backend, TargetFacts facts, Shell shell, Optional<Secret> password) {
    return switch (backend) {
      case NIXOS_FACTER ->
          facts.isRoot() ? Elevation.NONE : Privileges.of(label, facts, shell, password);
      // It tells the same to everybody.
      case NIXOS_GENERATE_CONFIG -> facts.isRoot() ? Elevation.NONE : facts.elevation();
    };
  }

  private static String checked(Host host, String label, Backend backend, String text) {
    var report = text.strip() + "\n";
    if (report.length() > LARGEST || report.isBlank()) {
      throw unfit(
          host,
          "What %s says on %s is %s."
              .formatted(backend.program(), label, report.isBlank() ? "nothing" : "too long"));
    }
    if (backend == Backend.NIXOS_FACTER) {
      try {
        if (!JSON.readTree(report).isObject()) {
          throw unfit(
              host, "What nixos-facter says on %s is no report: no JSON object.".formatted(label));
        }
      } catch (JsonProcessingException e) {
        throw unfit(
            host,
            "What nixos-facter says on %s is no report: %s"
                .formatted(label, TerminalText.strip(e.getOriginalMessage())));
      }
    }
    return report;
  }

  private static SystemException unfit(Host host, String message) {
    return new SystemException(Reason.HOST_UNFIT, message, Details.NONE.with("host", host.name()));
  }
}
