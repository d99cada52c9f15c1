package dev.arda.nix.system.install;

import dev.arda.nix.core.OutputListener;
import dev.arda.nix.remote.RemoteScript;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.system.Host;
import dev.arda.nix.system.deploy.LockOnTarget;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Keeps others from deploying to a machine, and from installing it, while it is installed: holds
 * the lock of deployments there, over a connection of its own, and as long as that. The connection
 * ends when another system is started on the machine; {@link #again} takes the lock of that one.
 * Where the lock cannot be taken for another reason than that somebody has it, nobody is kept from
 * anything. Thread-safe.
 */
final class TargetHold implements AutoCloseable {

  /** Longer than all steps of an installation. */
  private static final Duration LIMIT = Duration.ofDays(2);

  /** Runs the script as root, who alone may. */
  private static final String AS_ROOT =
      """
      PATH=$PATH:/run/wrappers/bin:/run/current-system/sw/bin
      if [ "$(id -u)" = 0 ]; then exec /bin/sh -c "$2" sh "$1" "$3"; fi
      sudo -n true 2>/dev/null && exec sudo -n /bin/sh -c "$2" sh "$1" "$3"
      exec doas -n /bin/sh -c "$2" sh "$1" "$3"
      """;

  private static final String PREFIX = "arda hold ";

  private enum Word {
    HELD,
    BUSY,
    NOTHING
  }

  private final Shell shell;
  private final String root;

  /** Guarded by this. */
  private Thread thread = Thread.ofVirtual().unstarted(() -> {});

  /** Guarded by this. */
  private boolean closed;

  private TargetHold(Shell shell, String root) {
    this.shell = shell;
    this.root = root;
  }

  /**
   * Takes the lock.
   *
   * @param shell reaches the machine; makes a connection for each script
   * @param root directory that stands for {@code /} there
   * @param label the host and its target, for messages
   * @throws SystemException {@code HOST_BUSY} if somebody else has it
   * @throws CommandException {@code CANCELLED} if the thread is interrupted
   */
  static TargetHold take(Shell shell, String root, Host host, String label) {
    var hold = new TargetHold(shell, root);
    try {
      if (hold.begin().get() == Word.BUSY) {
        throw LockOnTarget.held(host, label);
      }
      return hold;
    } catch (InterruptedException e) {
      hold.close();
      Thread.currentThread().interrupt();
      throw new CommandException(Reason.CANCELLED, "The installation was given up.");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Takes it again, if it was lost. Does not wait until it has it. */
  synchronized void again() {
    if (!closed && !thread.isAlive()) {
      var _ = begin();
    }
  }

  private synchronized CompletableFuture<Word> begin() {
    var said = new CompletableFuture<Word>();
    thread =
        Thread.ofVirtual()
            .name("arda-hold")
            .start(() -> {
              try {
                var _ = shell.run(script(), heard(said));
              } catch (NixException e) {
                // The connection is gone, and the lock with it.
              } finally {
                said.complete(Word.NOTHING);
              }
            });
    return said;
  }

  private RemoteScript script() {
    return RemoteScript.of(AS_ROOT, LIMIT, root, LockOnTarget.hold(), PREFIX);
  }

  private static OutputListener heard(CompletableFuture<Word> said) {
    return new OutputListener() {
      @Override
      public void standardOutput(String line) {
        if (line.equals(PREFIX + "held")) {
          said.complete(Word.HELD);
        } else if (line.equals(PREFIX + "busy")) {
          said.complete(Word.BUSY);
        }
      }
    };
  }

  /** Lets it go; the machine notices in a moment. */
  @Override
  public synchronized void close() {
    closed = true;
    thread.interrupt();
  }
}
