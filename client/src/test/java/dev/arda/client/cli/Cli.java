package dev.arda.client.cli;

import com.google.protobuf.ByteString;
import dev.arda.client.FakeDaemon;
import dev.arda.client.Places;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Runs command lines in this process against a {@link FakeDaemon}. */
final class Cli {

  final Places places;
  final FakeDaemon daemon;
  final Interruption interruption = new Interruption();

  /** Something was written to standard error. */
  final CountDownLatch said = new CountDownLatch(1);

  String terminals = "";

  private volatile ByteArrayOutputStream errors = new ByteArrayOutputStream();

  /** What is typed. */
  String typed = "";

  Cli(Path directory) throws IOException {
    this.places = new Places(directory);
    this.daemon = new FakeDaemon(places.makeRuntime());
  }

  /** What came of a command line. */
  record Result(int code, ByteString bytes, String err) {
    String out() {
      return bytes.toStringUtf8();
    }
  }

  Result run(String... arguments) {
    var out = new ByteArrayOutputStream();
    return run(out, out, arguments);
  }

  Result run(OutputStream target, ByteArrayOutputStream out, String... arguments) {
    var err =
        new ByteArrayOutputStream() {
          @Override
          public synchronized void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, length);
            said.countDown();
          }
        };
    errors = err;
    var environment = places.environment(terminals);
    int code =
        new Arda(
                environment,
                new Console(
                    target,
                    err,
                    new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
                    environment),
                interruption)
            .run(List.of(arguments));
    return new Result(
        code, ByteString.copyFrom(out.toByteArray()), err.toString(StandardCharsets.UTF_8));
  }

  /** What the newest command line has written to standard error until now. */
  String errors() {
    return errors.toString(StandardCharsets.UTF_8);
  }

  /** Ends the daemons. */
  void end() throws Exception {
    daemon.close();
    places.endDaemons();
  }
}
