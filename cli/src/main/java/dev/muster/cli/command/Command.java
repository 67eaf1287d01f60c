package dev.muster.cli.command;

import dev.muster.cli.output.ExitCode;

/** A verb whose words have been read and that is ready to run. */
interface Command {

    ExitCode run() throws InterruptedException;
}
