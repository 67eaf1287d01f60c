/** Where the process begins. */
@NullMarked
package dev.muster.cli.main;

import org.jspecify.annotations.NullMarked;
