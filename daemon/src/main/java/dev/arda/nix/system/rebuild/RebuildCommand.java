package dev.arda.nix.system.rebuild;

import dev.arda.nix.remote.SshTarget;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.HostName;
import dev.arda.nix.types.NixOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Builds the argument list of {@code nixos-rebuild} or {@code darwin-rebuild} (the seed's {@code
 * run_nixos_rebuild}, sections 5.7 and 15.2.4).
 *
 * @param tool the program
 * @param action for example {@code switch}
 * @param source what it activates
 * @param target where; empty: on this machine
 * @param builder where it builds; empty: on this machine
 * @param sudo whether the user who logs in becomes root by {@code sudo}
 * @param password whether {@code sudo} asks for a password, which is given to the program
 * @param specialisation which one to activate; empty: none
 * @param substitute whether the target may fetch from its own substituters
 */
public record RebuildCommand(
    RebuildTool tool,
    String action,
    Source source,
    Optional<SshTarget> target,
    Optional<SshTarget> builder,
    boolean sudo,
    boolean password,
    Optional<String> specialisation,
    boolean substitute) {

  /** What is activated. */
  public sealed interface Source {

    /**
     * What a flake says of a host: the program evaluates and builds it.
     *
     * @param flake reference, resolved
     * @param host its name
     * @param options of the caller for Nix
     */
    record OfFlake(String flake, HostName host, NixOptions options) implements Source {}

    /**
     * What is built already.
     *
     * @param path store path of a system
     */
    record Built(String path) implements Source {}
  }

  /** Program and arguments. */
  public List<String> arguments() {
    var result = new ArrayList<String>();
    if (tool.kind() == RebuildKind.DARWIN && tool.forRoot() && sudo && !action.equals("build")) {
      result.addAll(password ? List.of("sudo", "-S", "-p", "", "-H") : List.of("sudo", "-n", "-H"));
    }
    result.add(tool.path().toString());
    result.add(action);
    if (tool.kind() == RebuildKind.NIXOS) {
      tool.asItIs().ifPresent(result::add);
    }
    switch (source) {
      case Source.Built(var path) -> result.addAll(List.of("--store-path", path));
      case Source.OfFlake(var flake, var host, var options) -> {
        result.addAll(List.of("--flake", flake + "#" + host.text()));
        result.addAll(flags(options));
      }
    }
    if (tool.kind() == RebuildKind.NIXOS) {
      remote(result);
    }
    return List.copyOf(result);
  }

  private void remote(List<String> result) {
    target.ifPresent(where -> result.addAll(List.of("--target-host", login(where))));
    builder.ifPresent(where -> result.addAll(List.of("--build-host", login(where))));
    if (sudo && !action.equals("build")) {
      result.add(tool.sudo());
      if (password) {
        tool.sudoPassword().ifPresent(result::add);
      }
    }
    specialisation.ifPresent(name -> result.addAll(List.of("--specialisation", name)));
    if (substitute && target.isPresent() && tool.knows("--use-substitutes")) {
      result.add("--use-substitutes");
    }
  }

  /** As {@code ssh} takes it: the port is told in another way. */
  private static String login(SshTarget where) {
    return where.user().map(user -> user + "@").orElse("") + where.host();
  }

  private static List<String> flags(NixOptions options) {
    var result = new ArrayList<String>();
    options.settings().forEach(one -> result.addAll(List.of("--option", one.name(), one.value())));
    options
        .inputOverrides()
        .forEach(
            one -> result.addAll(List.of("--override-input", one.inputPath(), one.flakeRef())));
    if (options.impure()) {
      result.add("--impure");
    }
    if (options.offline()) {
      result.add("--offline");
    }
    if (options.refresh()) {
      result.add("--refresh");
    }
    if (options.showTrace()) {
      result.add("--show-trace");
    }
    if (options.noWriteLockFile()) {
      result.add("--no-write-lock-file");
    }
    return result;
  }

  /**
   * The variables of the program: those of the caller, with the caller's Nix before all others on
   * the {@code PATH}.
   *
   * @param variables of the caller, with {@code NIX_SSHOPTS} where it goes over ssh
   */
  public static Map<String, String> environment(
      CallContext context, Map<String, String> variables) {
    var result = new TreeMap<>(context.otherVariables());
    result.putAll(variables);
    context
        .nixProgram()
        .flatMap(nix -> Optional.ofNullable(nix.getParent()))
        .ifPresent(directory -> {
          var path = result.getOrDefault("PATH", "");
          result.put("PATH", path.isEmpty() ? directory.toString() : directory + ":" + path);
        });
    return result;
  }
}
