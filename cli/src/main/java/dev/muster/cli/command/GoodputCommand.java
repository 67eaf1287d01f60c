package dev.muster.cli.command;

import dev.muster.cli.client.Controller;
import dev.muster.cli.client.JobReference;
import dev.muster.cli.output.CommandFailure;
import dev.muster.cli.output.ExitCode;
import dev.muster.cli.output.GoodputRendering;
import dev.muster.proto.v1.GoodputRequest;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster goodput [JOB | --queue Q]}. */
final class GoodputCommand extends ControllerCommand {

    @Parameters(
            paramLabel = "JOB",
            arity = "0..1",
            description = "NAME or NAMESPACE/NAME; without it the whole cluster")
    private String job = "";

    @Option(names = "--queue", paramLabel = "Q", description = "a queue and those below it, in place of a job")
    private String queue = "";

    GoodputCommand(Environment environment) {
        super(environment);
    }

    @Override
    ExitCode run(Controller controller) {
        if (!job.isEmpty() && !queue.isEmpty()) {
            throw CommandFailure.usage(
                    "`muster goodput` takes a job or a queue, not " + job + " and --queue " + queue + " at once");
        }
        GoodputRequest.Builder request = GoodputRequest.newBuilder().setQueue(queue);
        if (!job.isEmpty()) {
            JobReference reference = job(job);
            request.setNamespace(reference.namespace()).setName(reference.name());
        }
        return print(new GoodputRendering(controller.jobs(jobs -> jobs.goodput(request.build()))));
    }
}
