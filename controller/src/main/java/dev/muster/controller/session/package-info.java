/** Agent sessions: who is connected, in which life, and what must run or die on each host. */
@NullMarked
package dev.muster.controller.session;

import org.jspecify.annotations.NullMarked;
