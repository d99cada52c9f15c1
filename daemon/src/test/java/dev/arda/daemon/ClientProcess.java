package dev.arda.daemon;

import dev.arda.v1.SelectionServiceGrpc;
import java.nio.file.Path;

/** A client in a process of its own that asks something which never ends. */
final class ClientProcess {

  private ClientProcess() {}

  public static void main(String[] arguments) {
    try (var channel = TestChannel.open(Path.of(arguments[0]))) {
      SelectionServiceGrpc.newBlockingStub(channel.channel())
          .select(TestDaemon.select("never"))
          .forEachRemaining(_ -> {});
    }
  }
}
