package dev.muster.cli.command;

import dev.muster.cli.client.Controller;
import dev.muster.cli.output.ExitCode;
import dev.muster.cli.output.NodeDetailRendering;
import dev.muster.proto.v1.NodeDetail;
import dev.muster.proto.v1.NodeRequest;
import picocli.CommandLine.Parameters;

/** {@code muster node show NODE}. */
final class NodeShowCommand extends ControllerCommand {

    @Parameters(paramLabel = "NODE", description = "the host's name")
    private String node = "";

    NodeShowCommand(Environment environment) {
        super(environment);
    }

    @Override
    void check() {
        NodeName.require(node);
    }

    @Override
    ExitCode run(Controller controller) {
        NodeRequest request = NodeRequest.newBuilder().setName(node).build();
        NodeDetail detail = controller.fleet(fleet -> fleet.getNode(request));
        return print(new NodeDetailRendering(detail, now()));
    }
}
