package dev.arda.client;

import io.grpc.Channel;
import java.nio.file.Path;

/** One gRPC connection over a Unix socket. */
interface Transport extends AutoCloseable {

  /** A way to make connections. */
  interface Factory {
    /** Prepares a connection; it is made by the first call. */
    Transport open(Path socket);
  }

  /** Where calls are made; each says which protocol this client speaks. */
  Channel calls();

  /** Cancels what is running and releases the connection. */
  @Override
  void close();

  /** The same, in the way that suits a process which is about to end. Nothing works afterwards. */
  void quiesce();
}
