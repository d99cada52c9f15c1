package dev.arda.nix.system.deploy;

import dev.arda.nix.core.TerminalText;
import dev.arda.nix.remote.Elevation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What one machine is and runs, as {@code facts.sh} tells.
 *
 * @param values all lines, by name
 */
public record TargetFacts(Map<String, List<String>> values) {

  /** Who a script has to be run as, to change the system. */
  public enum Privilege {
    /** As the one who logs in. */
    NONE,
    /** By {@code sudo} without a password. */
    SUDO,
    /** By {@code doas} without a password. */
    DOAS,
    /** By {@code sudo}, which asks for a password. */
    SUDO_PASSWORD,
    /** By {@code doas}, which asks for a password, and only on a terminal. */
    DOAS_PASSWORD,
    /** Not at all. */
    REFUSED
  }

  /**
   * A generation of the system profile.
   *
   * @param number its number
   * @param made when its link was made; empty: not known
   * @param path store path of its system
   * @param version of NixOS; may be empty
   * @param kernel version of its kernel; may be empty
   * @param specialisations their names
   * @param running whether it, or a specialisation of it, runs
   * @param booted whether it, or a specialisation of it, was booted
   * @param revision of its configuration; empty: not asked, or not known
   */
  public record Generation(
      int number,
      Optional<Instant> made,
      String path,
      String version,
      String kernel,
      List<String> specialisations,
      boolean running,
      boolean booted,
      String revision) {
    /** Copies the list. */
    public Generation {
      specialisations = List.copyOf(specialisations);
    }
  }

  /** Copies the map. */
  public TargetFacts {
    values = Map.copyOf(values);
  }

  /** Reads what the script printed; whatever stands around it, such as greetings, is left out. */
  static TargetFacts parse(String output) {
    var values = new LinkedHashMap<String, List<String>>();
    output
        .lines()
        .forEach(line -> {
          int equals = line.indexOf('=');
          if (equals > 0) {
            values
                .computeIfAbsent(line.substring(0, equals), _ -> new ArrayList<>())
                .add(TerminalText.strip(line.substring(equals + 1)));
          }
        });
    return new TargetFacts(values);
  }

  private Optional<String> first(String name) {
    return values.getOrDefault(name, List.of()).stream()
        .filter(value -> !value.isEmpty())
        .findFirst();
  }

  /** Whether the script came to its end. */
  boolean isComplete() {
    return first("complete").isPresent();
  }

  /** Whether it runs a NixOS of its own, and not one that installs others. */
  public boolean isNixos() {
    return first("nixos").isPresent() && first("installer").isEmpty();
  }

  /** Its system as Nix calls it, for example {@code x86_64-linux}. */
  public String system() {
    var machine = first("machine").orElse("");
    var kernel = first("kernel").orElse("").toLowerCase(java.util.Locale.ROOT);
    return (machine.equals("arm64") ? "aarch64" : machine) + "-" + kernel;
  }

  /** Whether it can run programs of a system. */
  boolean runs(String wanted) {
    return wanted.isEmpty()
        || wanted.equals(system())
        || (system().equals("x86_64-linux") && wanted.equals("i686-linux"))
        || (system().startsWith("armv") && wanted.startsWith("armv"));
  }

  /** Store path of the running system; empty: none that is known. */
  public Optional<String> current() {
    return first("current");
  }

  /** Store path of the system that was booted. */
  public Optional<String> booted() {
    return first("booted");
  }

  /** Store path of the system that is booted next. */
  public Optional<String> profile() {
    return first("profile");
  }

  /** Number of the generation that is booted next. */
  public OptionalInt generation() {
    var link = first("profile_link").orElse("");
    var digits = link.replaceFirst("^.*system-([0-9]+)-link$", "$1");
    return digits.matches("[0-9]{1,9}")
        ? OptionalInt.of(Integer.parseInt(digits))
        : OptionalInt.empty();
  }

  /** Generations that are there, oldest first. */
  public List<Generation> generations() {
    return values.getOrDefault("generation", List.of()).stream()
        .map(TargetFacts::generation)
        .flatMap(Optional::stream)
        .sorted(Comparator.comparingInt(Generation::number))
        .toList();
  }

  private static Optional<Generation> generation(String line) {
    var parts = line.split("\\|", -1);
    if (parts.length != 8 || !parts[0].matches("[0-9]{1,9}") || parts[2].isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Generation(
            Integer.parseInt(parts[0]),
            parts[1].matches("[0-9]{1,12}")
                ? Optional.of(Instant.ofEpochSecond(Long.parseLong(parts[1])))
                : Optional.empty(),
            parts[2],
            parts[3],
            parts[4],
            words(parts[5]).stream().filter(name -> !name.equals("*")).toList(),
            words(parts[6]).contains("running"),
            words(parts[6]).contains("booted"),
            parts[7]));
  }

  private static List<String> words(String text) {
    return List.of(text.split(" ", -1)).stream().filter(word -> !word.isEmpty()).toList();
  }

  /** What time it is there; empty: not known. */
  Optional<Instant> now() {
    return first("now")
        .filter(text -> text.matches("[0-9]{1,12}"))
        .map(text -> Instant.ofEpochSecond(Long.parseLong(text)));
  }

  /** Units that have failed. */
  public List<String> failedUnits() {
    return List.copyOf(values.getOrDefault("failed", List.of()));
  }

  /** Free space for the store, in KiB; empty: not known. */
  public OptionalLong freeKib() {
    return first("free_kib").filter(text -> text.matches("[0-9]{1,18}")).stream()
        .mapToLong(Long::parseLong)
        .findFirst();
  }

  /** Programs that are missing. */
  List<String> missing() {
    return values.getOrDefault("missing", List.of());
  }

  /** How to become somebody who may change the system. */
  public Privilege privilege() {
    return switch (first("privilege").orElse("")) {
      case "none" -> Privilege.NONE;
      case "sudo" -> Privilege.SUDO;
      case "doas" -> Privilege.DOAS;
      case "sudo-password" -> Privilege.SUDO_PASSWORD;
      case "doas-password" -> Privilege.DOAS_PASSWORD;
      default -> Privilege.REFUSED;
    };
  }

  /** How that is done where no password is needed. */
  Elevation elevation() {
    return switch (privilege()) {
      case NONE, SUDO_PASSWORD, DOAS_PASSWORD, REFUSED -> Elevation.NONE;
      case SUDO -> Elevation.by("sudo", "-n");
      case DOAS -> Elevation.by("doas", "-n");
    };
  }

  /** The user who logs in; empty: not known. */
  String user() {
    return first("uid").map(uid -> first("user").orElse("user " + uid)).orElse("");
  }

  /** Whether it is known if somebody changes its system at this moment. */
  boolean saysWhetherIsBusy() {
    return first("lock").isPresent();
  }

  /** Whether somebody changes its system at this moment; false also where that is not known. */
  public boolean isBusy() {
    return first("lock").filter("held"::equals).isPresent();
  }

  /** How the newest activation ended; empty: none since it was booted. */
  public Optional<String> lastActivation() {
    return values.getOrDefault("last", List.of()).stream()
        .filter(line -> line.startsWith("result="))
        .map(line -> line.substring("result=".length()))
        .findFirst();
  }

  /** Whether root logs in. */
  public boolean isRoot() {
    return first("uid").filter("0"::equals).isPresent();
  }

  /**
   * Whether it has to be booted to run the kernel of its current system: another one than the one
   * that was booted. False where that is not known.
   */
  public boolean needsReboot() {
    var kernel = first("booted_kernel");
    return booted().isPresent()
        && current().isPresent()
        && kernel.isPresent()
        && !booted().equals(current())
        && first("current_kernel").filter(now -> !now.equals(kernel.get())).isPresent();
  }
}
