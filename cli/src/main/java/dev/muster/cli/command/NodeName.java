package dev.muster.cli.command;

import dev.muster.cli.output.CommandFailure;
import dev.muster.scheduler.job.Names;

/** Refuses what cannot be the name of a host. */
final class NodeName {

    private NodeName() {}

    static String require(String name) {
        Names.problemOfHost(name).ifPresent(problem -> {
            throw CommandFailure.usage("the node name " + problem + "; see `muster nodes`");
        });
        return name;
    }
}
