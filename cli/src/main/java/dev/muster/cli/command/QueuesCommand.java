package dev.muster.cli.command;

import dev.muster.cli.client.Controller;
import dev.muster.cli.output.ExitCode;
import dev.muster.cli.output.QueueListRendering;
import dev.muster.proto.v1.ListQueuesReply;
import dev.muster.proto.v1.ListQueuesRequest;

/** {@code muster queues}. */
final class QueuesCommand extends ControllerCommand {

    QueuesCommand(Environment environment) {
        super(environment);
    }

    @Override
    ExitCode run(Controller controller) {
        ListQueuesReply reply = controller.fleet(fleet -> fleet.listQueues(ListQueuesRequest.getDefaultInstance()));
        return print(new QueueListRendering(reply.getQueuesList()));
    }
}
