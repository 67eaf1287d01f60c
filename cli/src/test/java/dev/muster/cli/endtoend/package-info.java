/** Stories told by real processes: a controller, agents and ranks from the built distribution, over real sockets. */
@NullMarked
package dev.muster.cli.endtoend;

import org.jspecify.annotations.NullMarked;
