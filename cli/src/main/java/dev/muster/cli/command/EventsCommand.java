package dev.muster.cli.command;

import dev.muster.cli.client.Controller;
import dev.muster.cli.client.JobReference;
import dev.muster.cli.output.EventsRendering;
import dev.muster.cli.output.ExitCode;
import dev.muster.proto.v1.EventsRequest;
import picocli.CommandLine.Parameters;

/** {@code muster events JOB}. */
final class EventsCommand extends ControllerCommand {

    @Parameters(paramLabel = "JOB", description = "NAME or NAMESPACE/NAME")
    private String job = "";

    EventsCommand(Environment environment) {
        super(environment);
    }

    @Override
    ExitCode run(Controller controller) {
        JobReference reference = job(job);
        EventsRequest request = EventsRequest.newBuilder()
                .setNamespace(reference.namespace())
                .setName(reference.name())
                .build();
        return print(new EventsRendering(controller.jobs(jobs -> jobs.events(request)), now()));
    }
}
