package dev.arda.client.cli.view;

import dev.arda.v1.OperationNode;
import java.time.Duration;
import java.util.Optional;

/** What is known of how long things take. */
public interface Experience {

  /** How long such a build took before; empty: there was none. */
  Optional<Duration> usual(OperationNode build);

  /** Knows nothing. */
  Experience NONE = build -> Optional.empty();
}
