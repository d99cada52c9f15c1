/** JMH benchmarks of the selection tree and of selectors: {@code scripts/bench.sh --jmh}. */
@NullMarked
package dev.arda.bench.jmh;

import org.jspecify.annotations.NullMarked;
