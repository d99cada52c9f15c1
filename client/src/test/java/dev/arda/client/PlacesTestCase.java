package dev.arda.client;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test that starts daemons. Each has directories of its own, and leaves no process behind. */
abstract class PlacesTestCase {

  @TempDir Path directory;
  Places places;

  @BeforeEach
  final void makePlaces() throws IOException {
    places = new Places(directory);
  }

  @AfterEach
  final void endDaemons() throws Exception {
    places.endDaemons();
  }
}
