package dev.muster.cli.command;

import dev.muster.cli.client.Controller;
import dev.muster.cli.output.CommandFailure;
import dev.muster.cli.output.ExitCode;
import dev.muster.cli.output.TopologyRendering;
import dev.muster.proto.v1.TopologyRequest;
import picocli.CommandLine.Option;

/** {@code muster topology}. */
final class TopologyCommand extends ControllerCommand {

    @Option(names = "--max-domains", paramLabel = "N", description = "how much of a large tree to show")
    private int maxDomains;

    TopologyCommand(Environment environment) {
        super(environment);
    }

    @Override
    void check() {
        if (maxDomains < 0) {
            throw CommandFailure.usage("--max-domains is " + maxDomains + "; it must be 0 or more");
        }
    }

    @Override
    ExitCode run(Controller controller) {
        TopologyRequest request =
                TopologyRequest.newBuilder().setMaxDomains(maxDomains).build();
        return print(new TopologyRendering(controller.fleet(fleet -> fleet.getTopology(request))));
    }
}
