/** Rules for the whole module. */
@NullMarked
package dev.arda;

import org.jspecify.annotations.NullMarked;
