package dev.arda.daemon.freshness;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedMap;

/** A flake that is written to. */
interface Scenario {

  /** What kind of flake it is. */
  String name();

  /** The reference to ask. */
  String reference();

  /** The directory to ask it from. */
  Path directory();

  /** Writes; says what was done. Everything is on disk when it returns. */
  String write() throws IOException;

  /** What must be answered now: contents by path. */
  SortedMap<String, String> expected() throws IOException;
}
