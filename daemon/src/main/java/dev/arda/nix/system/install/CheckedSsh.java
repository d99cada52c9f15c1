package dev.arda.nix.system.install;

import dev.arda.nix.core.Command;
import dev.arda.nix.core.ProcessRunner;
import dev.arda.nix.core.ProgramPath;
import dev.arda.nix.core.TerminalText;
import dev.arda.nix.remote.SshSettings;
import dev.arda.nix.remote.SshTarget;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * An {@code ssh} for one target, in a private directory, that checks its key whatever it is told.
 *
 * <p>{@code nixos-anywhere} passes {@code StrictHostKeyChecking=no} and no file of known keys, and
 * nothing that it can be told changes that: of an option of ssh the first value counts. So the
 * program finds, first on its {@code PATH}, a script that says the right values before. They name a
 * file of its own in which the target's keys stand under a name of its own: the keys that the user
 * knows, or the one that was shown at first, if that was wished. That holds for the installer too,
 * which keeps the keys of the system that starts it, and answers on another port.
 */
final class CheckedSsh {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String ALIAS = "arda-install";

  private final CallContext context;
  private final ProcessRunner runner;
  private final Path directory;
  private final Path ssh;

  private CheckedSsh(CallContext context, ProcessRunner runner, Path directory, Path ssh) {
    this.context = context;
    this.runner = runner;
    this.directory = directory;
    this.ssh = ssh;
  }

  /**
   * Prepares one.
   *
   * @param directory private and empty
   * @throws SystemException if ssh cannot be asked for its configuration
   */
  static CheckedSsh prepare(
      CallContext context,
      ProcessRunner runner,
      Path directory,
      SshTarget target,
      SshSettings settings) {
    var ssh =
        ProgramPath.find("ssh", context.environment(), context.cwd())
            .orElseThrow(
                () -> new CommandException(Reason.COMMAND_FAILED, "There is no ssh on the PATH."));
    var result = new CheckedSsh(context, runner, directory, ssh);
    try {
      Files.write(result.knownHosts(), result.known(target, settings));
      Files.writeString(result.config(), result.configuration(target, settings));
      var script = Files.createDirectory(result.programs()).resolve("ssh");
      Files.writeString(script, result.script(settings));
      Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return result;
  }

  private Path knownHosts() {
    return directory.resolve("known_hosts");
  }

  private Path config() {
    return directory.resolve("ssh_config");
  }

  private Path programs() {
    return directory.resolve("bin");
  }

  /** The caller, for whom arda's own ssh checks the same. */
  CallContext caller() {
    return context.with(with(Map.of(SshSettings.CONFIG_VARIABLE, config().toString())));
  }

  /**
   * The variables for {@code nixos-anywhere}.
   *
   * @param path its own {@code PATH}
   */
  Map<String, String> environment(String path) {
    var result = with(Map.of("PATH", programs() + ":" + path));
    result.remove("NIX_SSHOPTS");
    result.remove("SSHPASS");
    return result;
  }

  private Map<String, String> with(Map<String, String> more) {
    var result = new TreeMap<>(context.environment());
    result.putAll(more);
    return result;
  }

  /** The keys that the user knows of the target, under their new name. */
  private List<String> known(SshTarget target, SshSettings settings) {
    var words = new ArrayList<>(List.of(ssh.toString(), "-G"));
    settings.configFile().ifPresent(file -> words.addAll(List.of("-F", file)));
    target.port().ifPresent(port -> words.addAll(List.of("-p", Integer.toString(port))));
    target.user().ifPresent(user -> words.addAll(List.of("-l", user)));
    words.addAll(List.of("--", target.host()));
    var said = run(words);
    if (said.isEmpty()) {
      throw new SystemException(
          Reason.REQUEST_INVALID,
          "ssh does not tell how it reaches %s: its configuration may have a fault."
              .formatted(target));
    }
    var values =
        said.get()
            .lines()
            .map(line -> line.split(" ", 2))
            .filter(parts -> parts.length == 2)
            .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1], (first, _) -> first));
    var host = values.getOrDefault("hostname", target.host());
    var port = values.getOrDefault("port", "22");
    var name =
        Optional.ofNullable(values.get("hostkeyalias"))
            .filter(alias -> !alias.equals("none"))
            .orElse(port.equals("22") ? host : "[" + host + "]:" + port);
    var result = new ArrayList<String>();
    for (var setting : List.of("userknownhostsfile", "globalknownhostsfile")) {
      for (var file : values.getOrDefault(setting, "").split(" ", -1)) {
        result.addAll(keys(file, name));
      }
    }
    return result;
  }

  private List<String> keys(String file, String name) {
    var home = context.environment().getOrDefault("HOME", "");
    var path = file.startsWith("~/") ? home + file.substring(1) : file;
    if (!path.startsWith("/") || !Files.isRegularFile(Path.of(path))) {
      return List.of();
    }
    return run(List.of("ssh-keygen", "-F", name, "-f", path))
        .orElse("")
        .lines()
        .filter(line -> !line.startsWith("#") && !line.startsWith("@cert-authority"))
        .map(line ->
            line.startsWith("@")
                ? line.replaceFirst("^(@\\S+)\\s+\\S+", "$1 " + ALIAS)
                : line.replaceFirst("^\\S+", ALIAS))
        .filter(line -> !line.isBlank())
        .toList();
  }

  private Optional<String> run(List<String> words) {
    var result =
        runner.run(
            Command.of(words, context.environment(), context.cwd()).timeLimit(LIMIT).build());
    return result.succeeded()
        ? Optional.of(TerminalText.strip(result.outputText()))
        : Optional.empty();
  }

  private String configuration(SshTarget target, SshSettings settings) {
    var own =
        """
        Host %s
          HostKeyAlias %s
          UserKnownHostsFile "%s"
          GlobalKnownHostsFile /dev/null
          HashKnownHosts no
          CheckHostIP no
          UpdateHostKeys no
        Host *
        """
            .formatted(target.host(), ALIAS, knownHosts());
    return own
        + settings
            .configFile()
            .map(file -> "Include \"" + file + "\"\n")
            .orElse("Include ~/.ssh/config\nInclude /etc/ssh/ssh_config\n");
  }

  private String script(SshSettings settings) {
    var words =
        new ArrayList<>(
            List.of(
                ssh.toString(),
                "-F",
                config().toString(),
                "-o",
                "BatchMode=yes",
                "-o",
                "StrictHostKeyChecking=yes",
                "-o",
                "RemoteCommand=none",
                "-o",
                "HostKeyAlias=" + ALIAS,
                "-o",
                "UserKnownHostsFile=" + knownHosts(),
                "-o",
                "GlobalKnownHostsFile=/dev/null",
                "-o",
                "ConnectTimeout=" + settings.connectTimeout().toSeconds(),
                "-o",
                "ServerAliveInterval=15",
                "-o",
                "ServerAliveCountMax=4"));
    if (!settings.jumpHosts().isEmpty()) {
      words.add("-J");
      words.add(
          settings.jumpHosts().stream().map(SshTarget::toString).collect(Collectors.joining(",")));
    }
    return "#!/bin/sh\nexec "
        + words.stream()
            .map(word -> "'" + word.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "))
        + " \"$@\"\n";
  }
}
