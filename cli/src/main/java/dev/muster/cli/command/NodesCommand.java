package dev.muster.cli.command;

import dev.muster.cli.client.Controller;
import dev.muster.cli.output.ExitCode;
import dev.muster.cli.output.NodeListRendering;
import dev.muster.proto.v1.ListNodesReply;
import dev.muster.proto.v1.ListNodesRequest;
import dev.muster.proto.v1.NodeSummary;
import java.util.ArrayList;
import java.util.List;

/** {@code muster nodes}. */
final class NodesCommand extends ControllerCommand {

    private static final int PAGE_SIZE = 1000;

    NodesCommand(Environment environment) {
        super(environment);
    }

    @Override
    ExitCode run(Controller controller) {
        return print(new NodeListRendering(all(controller), now()));
    }

    private static List<NodeSummary> all(Controller controller) {
        ListNodesRequest.Builder request = ListNodesRequest.newBuilder().setPageSize(PAGE_SIZE);
        List<NodeSummary> found = new ArrayList<>();
        do {
            ListNodesReply reply = controller.fleet(fleet -> fleet.listNodes(request.build()));
            found.addAll(reply.getNodesList());
            request.setPageToken(reply.getNextPageToken());
        } while (!request.getPageToken().isEmpty());
        return found;
    }
}
