/** TLS between controllers, agents and the command line: what is shown, what is trusted, and why it did not work. */
@NullMarked
package dev.muster.security;

import org.jspecify.annotations.NullMarked;
