package dev.arda.daemon;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Where the daemon writes what it does: a file that only its owner can read, in a directory that
 * outlives a logout. Nothing is ever written to standard output, which may be a client's.
 *
 * <p>The log of the daemon is one file of at most 5 MB and four older ones. Private daemons, of
 * which several may run, append to one common file, which is set aside when one of them finds it
 * longer than that at its start.
 */
final class DaemonLog {

  private static final long MAX_BYTES = 5_000_000;
  private static final int OLDER_FILES = 4;

  /** Control characters in a message could forge lines or colour a terminal. */
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z', UTC} %-5level [%thread] %logger{0}: %replace(%msg){'[\\p{Cntrl}&&[^\\t]]', '␤'}%n%ex";

  private DaemonLog() {}

  /** Begins to write to the log of a daemon. */
  static void start(DaemonConfiguration configuration) throws IOException {
    if (configuration.isPrivate()) {
      setAsideIfLong(configuration.logFile());
      startShared(configuration);
    } else {
      start(configuration, rolling(configuration.logFile(), context()));
    }
  }

  /** Begins to write to a log that other processes may be writing to; does not rotate it. */
  static void startShared(DaemonConfiguration configuration) throws IOException {
    start(configuration, new OwnerOnly());
  }

  private static void start(DaemonConfiguration configuration, FileAppender<ILoggingEvent> appender)
      throws IOException {
    PrivateDirectories.createAll(configuration.logDirectory());
    var file = configuration.logFile();
    var context = context();
    context.reset();
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    appender.setContext(context);
    appender.setName("file");
    appender.setFile(file.toString());
    appender.setEncoder(encoder);
    appender.start();
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(appender);
    context.getLogger("io.netty").setLevel(Level.WARN);
    context.getLogger("io.grpc").setLevel(Level.WARN);
    // Warns of each call that a client cancels while an answer is on its way.
    context.getLogger("io.grpc.netty.NettyServerHandler").setLevel(Level.ERROR);
    SLF4JBridgeHandler.removeHandlersForRootLogger(); // gRPC logs through java.util.logging
    SLF4JBridgeHandler.install();
  }

  private static FileAppender<ILoggingEvent> rolling(Path file, LoggerContext context) {
    var appender = new OwnerOnlyRolling();
    var policy = new FixedWindowRollingPolicy();
    policy.setContext(context);
    policy.setParent(appender);
    policy.setFileNamePattern(file + ".%i");
    policy.setMinIndex(1);
    policy.setMaxIndex(OLDER_FILES);
    var trigger = new SizeBasedTriggeringPolicy<ILoggingEvent>();
    trigger.setContext(context);
    trigger.setMaxFileSize(new FileSize(MAX_BYTES));
    appender.setContext(context);
    appender.setFile(file.toString());
    appender.setRollingPolicy(policy);
    appender.setTriggeringPolicy(trigger);
    policy.start();
    trigger.start();
    return appender;
  }

  private static void setAsideIfLong(Path file) throws IOException {
    if (Files.exists(file) && Files.size(file) > MAX_BYTES) {
      Files.move(
          file,
          file.resolveSibling(file.getFileName() + ".1"),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }

  /** Logback creates files as the umask says; this is there first. */
  private static void createForOwner(String file) throws IOException {
    try {
      Files.createFile(Path.of(file), PrivateDirectories.OWNER_FILE);
    } catch (FileAlreadyExistsException e) {
      Files.setPosixFilePermissions(Path.of(file), PosixFilePermissions.fromString("rw-------"));
    }
  }

  private static final class OwnerOnly extends FileAppender<ILoggingEvent> {
    @Override
    public void openFile(String file) throws IOException {
      createForOwner(file);
      super.openFile(file);
    }
  }

  private static final class OwnerOnlyRolling extends RollingFileAppender<ILoggingEvent> {
    @Override
    public void openFile(String file) throws IOException {
      createForOwner(file);
      super.openFile(file);
    }
  }
}
