package dev.arda.client.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Java's own access to signals, {@code sun.misc.Signal}. It is in the module {@code
 * jdk.unsupported}, which is there for what has no public form yet. It is reached by name, since
 * the compiler warns of its use in a way that cannot be turned off. Handlers run on new threads.
 */
final class SignalAccess {

  private SignalAccess() {}

  /**
   * Sets a handler.
   *
   * @return the one before
   */
  static Object handle(String signal, Runnable handler) {
    var type = type("sun.misc.SignalHandler");
    return set(
        signal,
        Proxy.newProxyInstance(
            SignalAccess.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (method.getName().equals("handle")) {
                handler.run();
                return proxy;
              }
              // Those of every object: the JVM compares and prints handlers.
              return method.invoke(handler, arguments == null ? new Object[0] : arguments);
            }));
  }

  /** Sets a handler that {@link #handle} returned. */
  static void restore(String signal, Object handler) {
    set(signal, handler);
  }

  /** Has the kernel do with a signal what it does by default. */
  static void defaultHandler(String signal) {
    set(signal, constant("SIG_DFL"));
  }

  /** Whether a handler that {@link #handle} returned means to do nothing. */
  static boolean isIgnoring(Object handler) {
    return handler.equals(constant("SIG_IGN"));
  }

  /** Runs a handler that {@link #handle} returned. */
  static void invoke(Object handler, String signal) {
    call(method("sun.misc.SignalHandler", "handle", type("sun.misc.Signal")), handler, of(signal));
  }

  /**
   * Sends this thread a signal as C's {@code raise} does; returns when it was handled, or when the
   * process goes on. Java's own refuses those that nothing in Java handles.
   */
  @SuppressWarnings("restricted") // bin/arda allows it
  static void raise(String signal) {
    int number = (int) call(method("sun.misc.Signal", "getNumber"), of(signal));
    var linker = Linker.nativeLinker();
    var raise =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("raise"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try {
      var _ = (int) raise.invokeExact(number);
    } catch (Throwable e) {
      throw new LinkageError("raise", e);
    }
  }

  private static Object set(String signal, Object handler) {
    var method =
        method(
            "sun.misc.Signal", "handle", type("sun.misc.Signal"), type("sun.misc.SignalHandler"));
    return call(method, SignalAccess.class, of(signal), handler);
  }

  private static Object of(String signal) {
    try {
      return type("sun.misc.Signal").getConstructor(String.class).newInstance(signal);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static Object constant(String name) {
    try {
      return type("sun.misc.SignalHandler").getField(name).get(null);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static Class<?> type(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new LinkageError(name, e);
    }
  }

  private static Method method(String type, String name, Class<?>... parameters) {
    try {
      return type(type).getMethod(name, parameters);
    } catch (NoSuchMethodException e) {
      throw new LinkageError(name, e);
    }
  }

  private static Object call(Method method, Object target, Object... arguments) {
    try {
      // A handler's method has no result.
      var result = method.invoke(target, arguments);
      return result == null ? target : result;
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    } catch (IllegalAccessException e) {
      throw new LinkageError(method.getName(), e);
    }
  }
}
