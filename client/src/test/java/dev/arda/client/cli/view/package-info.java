/** Tests of the views of operations, with a terminal in memory. */
@NullMarked
package dev.arda.client.cli.view;

import org.jspecify.annotations.NullMarked;
