package dev.arda.nix.user;

import dev.arda.nix.remote.LocalShell;
import dev.arda.nix.remote.RemoteScript;
import dev.arda.nix.remote.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What a machine calls itself. It is asked once. Used by one thread. */
final class MachineName {

  /** Where Linux says it without a program. */
  private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");

  private final Shell shell;
  private Optional<String> name = Optional.empty();

  /** The name of the machine of a shell. */
  MachineName(Shell shell) {
    this.shell = shell;
  }

  /** Its name, as {@code uname -n} says; empty: it has none. */
  String whole() {
    if (name.isEmpty()) {
      name = Optional.of(ofKernel().or(() -> said("uname -n")).orElse(""));
    }
    return name.get();
  }

  /** The same without a domain. */
  String shortName() {
    return HomeNames.shortName(whole());
  }

  /** Its name with its domain, which may take long; empty: it is not known. */
  Optional<String> withDomain() {
    return said("hostname -f");
  }

  private Optional<String> ofKernel() {
    if (!(shell instanceof LocalShell)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(KERNEL).strip()).filter(text -> !text.isEmpty());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Optional<String> said(String command) {
    var result = shell.run(RemoteScript.of(command + " 2>/dev/null", Scripts.SHORT));
    var text = result.outputText().strip();
    return result.succeeded() && !text.isEmpty() ? Optional.of(text) : Optional.empty();
  }
}
