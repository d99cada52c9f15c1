package dev.arda.nix.remote;

import dev.arda.nix.core.ChildProcess;
import dev.arda.nix.core.Command;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.ProcessRunner;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Makes connections by {@code ssh}. Those to one machine that are open at the same time, by callers
 * with the same agent and settings, share one: a process of the daemon that ends with it, also when
 * the daemon is killed. Thread-safe.
 */
public final class Ssh {

  /** The longest path of a socket, less what ssh adds to it while it makes one. */
  private static final int LONGEST_SOCKET = 104 - 18;

  private static final String GREETING = "arda\n";

  private final ProcessRunner runner;
  private final Path directory;

  /**
   * Sets its sockets apart from those of a daemon that was killed a moment ago, whose {@code ssh}
   * has not noticed it yet.
   */
  private final String self = UUID.randomUUID().toString();

  /** Connections that are open, by the name of their socket. Guarded by itself. */
  private final Map<String, Shared> open = new HashMap<>();

  /**
   * Connections.
   *
   * @param directory for sockets; private, and with a short path; created when needed
   */
  public Ssh(ProcessRunner runner, Path directory) {
    this.runner = runner;
    this.directory = directory;
  }

  /**
   * Connects to a machine, or shares the connection that there is. Blocks; interrupting the thread
   * gives it up.
   *
   * @param context whose agent, configuration and {@code PATH} count
   * @throws SystemException {@code HOST_UNREACHABLE}, {@code HOST_TIMEOUT}, {@code
   *     HOST_KEY_REJECTED}, {@code HOST_AUTHENTICATION_FAILED}, {@code HOST_CONNECTION_LOST}
   * @throws CommandException {@code COMMAND_FAILED} if there is no ssh; {@code CANCELLED}
   */
  public SshConnection connect(CallContext context, SshTarget target, SshSettings settings) {
    var key = key(context, target, settings);
    var socket = directory.resolve(key);
    if (socket.toString().length() > LONGEST_SOCKET
        || socket.toString().chars().anyMatch(c -> Character.isWhitespace(c) || c == '%')) {
      return alone(context, target, settings);
    }
    var commands = new SshCommands(target, settings, Optional.of(socket), accepting(settings));
    Shared shared;
    synchronized (open) {
      shared = open.computeIfAbsent(key, _ -> new Shared(new CompletableFuture<>()));
      shared.users++;
    }
    boolean connected = false;
    try {
      await(shared, context, commands);
      connected = true;
    } finally {
      if (!connected) {
        release(key, shared);
      }
    }
    var once = new java.util.concurrent.atomic.AtomicBoolean();
    return new SshConnection(
        runner,
        context,
        commands,
        () -> {
          if (once.compareAndSet(false, true)) {
            release(key, shared);
          }
        });
  }

  /**
   * A connection that shares nothing: each script is run over a new one. Connects to nothing yet.
   *
   * @param context as for {@link #connect}
   */
  public SshConnection alone(CallContext context, SshTarget target, SshSettings settings) {
    return new SshConnection(
        runner,
        context,
        new SshCommands(target, settings, Optional.empty(), accepting(settings)),
        () -> {});
  }

  /**
   * The command line with which a person logs in, in words.
   *
   * @param command what to run there: words, or a single one that is a command line for the shell
   *     there; none: a login shell
   */
  public List<String> interactive(SshTarget target, SshSettings settings, List<String> command) {
    return new SshCommands(target, settings, Optional.empty(), accepting(settings))
        .interactive(command);
  }

  /** A connection and those who use it. The users are guarded by {@link #open}. */
  private static final class Shared {
    private final CompletableFuture<ChildProcess> master;
    private boolean starting;
    private int users;

    Shared(CompletableFuture<ChildProcess> master) {
      this.master = master;
    }

    /** Whether the caller is the one to make the connection. */
    synchronized boolean begin() {
      boolean first = !starting;
      starting = true;
      return first;
    }
  }

  private void await(Shared shared, CallContext context, SshCommands commands) {
    if (shared.begin()) {
      try {
        shared.master.complete(start(context, commands));
      } catch (RuntimeException e) {
        shared.master.completeExceptionally(e);
        throw e;
      }
      return;
    }
    try {
      shared.master.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cancelled();
    } catch (ExecutionException e) {
      // The other one was given up, or failed as this one would; each tells its own caller.
      if (e.getCause() instanceof SystemException known) {
        throw known;
      }
      // Without a connection to share, ssh makes one for each script.
    }
  }

  private ChildProcess start(CallContext context, SshCommands commands) {
    makeDirectory();
    var limit =
        commands
            .settings()
            .connectTimeout()
            .multipliedBy(2 + commands.settings().jumpHosts().size());
    var master =
        runner.start(
            Command.of(commands.master(), environment(context), context.cwd())
                .grace(Duration.ofMillis(200))
                .build(),
            OutputListener.NONE);
    boolean greeted = false;
    try {
      greeted = greet(master, context, commands, limit);
      return master;
    } finally {
      if (!greeted) {
        master.stop(Duration.ZERO);
      }
    }
  }

  /** Whether what is said to the machine comes back; else throws. */
  private boolean greet(
      ChildProcess master, CallContext context, SshCommands commands, Duration limit) {
    var greeting = GREETING.getBytes(StandardCharsets.UTF_8);
    var echo = new CompletableFuture<Boolean>();
    Thread.ofPlatform()
        .daemon()
        .name("ssh-greeting")
        .start(() -> {
          try {
            master.standardInput().write(greeting);
            master.standardInput().flush();
            echo.complete(master.standardOutput().readNBytes(greeting.length).length > 0);
          } catch (IOException e) {
            echo.complete(false);
          }
        });
    try {
      if (echo.get(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return true;
      }
      // Standard error was read to its end when it has ended.
      master.stop(Duration.ZERO);
      master.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
      throw SshErrors.of(
          commands, master.errorTail(), () -> SshWay.find(runner, context, commands));
    } catch (TimeoutException e) {
      throw SshErrors.silent(commands.target(), limit.toSeconds());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cancelled();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private void release(String key, Shared shared) {
    synchronized (open) {
      shared.users--;
      if (shared.users > 0) {
        return;
      }
      open.remove(key, shared);
    }
    var _ =
        shared.master.whenComplete((master, _) -> {
          if (master != null) {
            master.stop(Duration.ofMillis(200));
          }
        });
  }

  /** A file of one content for one name, so that it may be made twice and need not be removed. */
  private Optional<Path> accepting(SshSettings settings) {
    if (!settings.acceptNewHostKey()) {
      return Optional.empty();
    }
    makeDirectory();
    var text =
        "StrictHostKeyChecking accept-new\n"
            + settings
                .configFile()
                .map("Include \"%s\"\n"::formatted)
                .orElse("Include ~/.ssh/config\nInclude /etc/ssh/ssh_config\n");
    var file = directory.resolve(digest(text) + ".conf");
    try {
      if (!Files.exists(file)) {
        var written = Files.createTempFile(directory, "accept", ".conf");
        Files.writeString(written, text);
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException e) {
      throw new SystemException(
          Reason.COMMAND_FAILED,
          "%s, for connections, cannot be written: %s".formatted(file, e.getMessage()),
          Details.NONE.with(e));
    }
    return Optional.of(file);
  }

  private void makeDirectory() {
    try {
      Files.createDirectories(directory);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    } catch (IOException e) {
      throw new SystemException(
          Reason.COMMAND_FAILED,
          "%s, for connections, cannot be made: %s".formatted(directory, e.getMessage()),
          Details.NONE.with(e));
    }
  }

  private static Map<String, String> environment(CallContext context) {
    return new TreeMap<>(context.environment());
  }

  /** Short, and different for all that must not share a connection. */
  private String key(CallContext context, SshTarget target, SshSettings settings) {
    var text =
        String.join(
            "\0",
            self,
            target.toString(),
            settings.toString(),
            context.environment().getOrDefault("SSH_AUTH_SOCK", ""),
            context.environment().getOrDefault("HOME", ""),
            context.environment().getOrDefault("PATH", ""));
    return digest(text);
  }

  private static String digest(String text) {
    try {
      var digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static CommandException cancelled() {
    return new CommandException(Reason.CANCELLED, "The connection was given up.");
  }
}
