package dev.arda.nix.core;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Locale;
import java.util.Optional;

/**
 * The few functions of the C library that Java does not offer: {@code kill(2)} for groups, and
 * {@code flock(2)}, which other programs use and which does not see the locks of {@link
 * java.nio.channels.FileChannel}.
 *
 * <p>Immutable; every method may be called from any thread.
 */
final class Posix {

  static final int EPERM = 1;
  static final int ESRCH = 3;

  private static final int LOCK_EXCLUSIVE_NOW = 2 | 4;
  private static final int READ_WRITE = 2;
  private static final int OWNER_READS_AND_WRITES = 0600;

  private final MethodHandle kill;
  private final MethodHandle open;
  private final MethodHandle flock;
  private final MethodHandle close;
  private final StructLayout stateLayout;
  private final VarHandle errno;
  private final int createFlags;

  @SuppressWarnings("restricted") // native access is granted to arda where it is started
  private Posix() {
    var linker = Linker.nativeLinker();
    var state = Linker.Option.captureCallState("errno");
    stateLayout = Linker.Option.captureStateLayout();
    errno = stateLayout.varHandle(PathElement.groupElement("errno"));
    var integer = ValueLayout.JAVA_INT;
    kill = handle(linker, "kill", FunctionDescriptor.of(integer, integer, integer), state);
    flock = handle(linker, "flock", FunctionDescriptor.of(integer, integer, integer), state);
    close = handle(linker, "close", FunctionDescriptor.of(integer, integer), state);
    open =
        handle(
            linker,
            "open",
            FunctionDescriptor.of(integer, ValueLayout.ADDRESS, integer, integer),
            state,
            Linker.Option.firstVariadicArg(2));
    var mac = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac");
    createFlags = READ_WRITE | (mac ? 0x200 | 0x1000000 : 0x40 | 0x80000); // O_CREAT | O_CLOEXEC
  }

  @SuppressWarnings("restricted")
  private static MethodHandle handle(
      Linker linker, String name, FunctionDescriptor descriptor, Linker.Option... options) {
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
  }

  /** The functions; empty where native access is denied or the functions are not there. */
  static Optional<Posix> load() {
    try {
      return Optional.of(new Posix());
    } catch (RuntimeException | LinkageError e) {
      return Optional.empty();
    }
  }

  /**
   * Sends a signal.
   *
   * @param target a process, or the negative number of a process group
   * @return 0 or the number of an error
   */
  int kill(int target, int signal) {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(stateLayout);
      var result = (int) kill.invokeExact(state, target, signal);
      return result == 0 ? 0 : (int) errno.get(state, 0L);
    } catch (Throwable e) {
      throw new IllegalStateException("kill(2) could not be called", e);
    }
  }

  /**
   * Takes an exclusive {@code flock} on a file, creating it, if nobody has it.
   *
   * @return the file's descriptor, for {@link #close}; empty if another one holds the lock
   * @throws IllegalStateException if the file cannot be opened
   */
  Optional<Integer> tryLock(String path) {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(stateLayout);
      MemorySegment name = arena.allocateFrom(path);
      var descriptor = (int) open.invokeExact(state, name, createFlags, OWNER_READS_AND_WRITES);
      if (descriptor < 0) {
        throw new IllegalStateException(
            "cannot open " + path + " (error " + (int) errno.get(state, 0L) + ")");
      }
      if ((int) flock.invokeExact(state, descriptor, LOCK_EXCLUSIVE_NOW) == 0) {
        return Optional.of(descriptor);
      }
      close(descriptor);
      return Optional.empty();
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("flock(2) could not be called", e);
    }
  }

  /** Closes a descriptor that {@link #tryLock} returned, which gives the lock up. */
  void close(int descriptor) {
    try (var arena = Arena.ofConfined()) {
      var _ = (int) close.invokeExact(arena.allocate(stateLayout), descriptor);
    } catch (Throwable e) {
      throw new IllegalStateException("close(2) could not be called", e);
    }
  }
}
