package dev.arda.client.cli;

import dev.arda.client.ArdaClient;
import dev.arda.client.ArdaException;
import dev.arda.client.DaemonConnector;
import dev.arda.client.DaemonLocation;
import dev.arda.client.DaemonRecord;
import dev.arda.client.Deadline;
import dev.arda.client.Environment;
import dev.arda.client.PrivateFiles;
import dev.arda.client.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Examines the daemon and its files. Starts nothing and changes nothing. */
final class DaemonChecks {

  private static final Set<PosixFilePermission> OWNER =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final DaemonConnector connector;
  private final DaemonLocation location;
  private final PrivateFiles files;

  DaemonChecks(Environment environment) {
    this.connector = DaemonConnector.brief(environment);
    this.location = connector.location();
    this.files = new PrivateFiles(environment.uid());
  }

  /** All of them. */
  List<Check> run() throws InterruptedException {
    var checks = new ArrayList<Check>();
    checks.add(runtimeDirectory());
    checks.add(stateDirectory());
    if (Files.exists(location.socket(), LinkOption.NOFOLLOW_LINKS)) {
      checks.add(socket());
    }
    if (DaemonRecord.read(location.record()) instanceof DaemonRecord.Reading.Corrupt(var why)) {
      checks.add(
          Check.note(
              "daemon record",
              "%s cannot be read: %s".formatted(location.record(), why),
              "nothing: it is replaced when the daemon is started next"));
    }
    // Nobody asks through a directory that may be somebody else's.
    if (checks.getFirst().status() == Check.Status.FAULT) {
      checks.add(Check.fault("daemon", "cannot be asked", "mend the runtime directory first"));
    } else {
      checks.add(daemon());
    }
    return checks;
  }

  private Check runtimeDirectory() {
    var directory = location.runtimeDirectory();
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return creatable("runtime directory", directory);
    }
    return files
        .directoryFault(directory)
        .map(fault ->
            Check.fault(
                "runtime directory",
                fault,
                "repair it as said, or set ARDA_RUNTIME_DIR to a directory of your own"))
        .orElseGet(() -> Check.ok("runtime directory", directory.toString()));
  }

  private Check stateDirectory() {
    var directory = location.stateDirectory();
    if (!Files.exists(directory)) {
      return creatable("state directory", directory);
    }
    return Files.isDirectory(directory) && Files.isWritable(directory)
        ? Check.ok("state directory", directory.toString())
        : Check.fault(
            "state directory",
            directory + " is not a directory that you may write to",
            "set ARDA_STATE_DIR to a directory of your own");
  }

  private static Check creatable(String name, Path directory) {
    var existing = directory;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    return existing != null && Files.isDirectory(existing) && Files.isWritable(existing)
        ? Check.ok(name, directory + " (created when it is needed)")
        : Check.fault(
            name,
            "%s cannot be created below %s".formatted(directory, existing),
            "set ARDA_RUNTIME_DIR and ARDA_STATE_DIR to directories of your own");
  }

  private Check socket() {
    try {
      var mode = Files.getPosixFilePermissions(location.socket(), LinkOption.NOFOLLOW_LINKS);
      return OWNER.containsAll(mode)
          ? Check.ok("socket", location.socket().toString())
          : Check.fault(
              "socket", location.socket() + " may be used by others", "run: arda daemon restart");
    } catch (IOException e) {
      return Check.fault(
          "socket",
          "%s cannot be examined: %s".formatted(location.socket(), e.getMessage()),
          "run: arda daemon restart");
    }
  }

  private Check daemon() throws InterruptedException {
    try {
      var client = ArdaClient.connectToRunning(connector, Deadline.after(Duration.ofSeconds(5)));
      if (client.isEmpty()) {
        return Check.ok("daemon", "not running (started when it is needed)");
      }
      try (var running = client.get()) {
        var status = running.greeting();
        var detail = "process %d, version %s".formatted(status.getPid(), status.getVersion());
        return status.getVersion().equals(Protocol.clientVersion())
            ? Check.ok("daemon", detail)
            : Check.note(
                "daemon",
                detail + "; this is arda " + Protocol.clientVersion(),
                "run: arda daemon restart");
      }
    } catch (ArdaException e) {
      return Check.fault(
          "daemon", String.valueOf(e.getMessage()), "run: arda daemon restart --force");
    }
  }
}
