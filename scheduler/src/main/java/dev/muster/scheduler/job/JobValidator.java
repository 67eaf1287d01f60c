package dev.muster.scheduler.job;

import dev.muster.scheduler.document.Quoted;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says what is wrong with a job in itself, whatever the cluster; the client and the server ask the same code. */
public final class JobValidator {

    private static final Duration MAX_GRACE = Duration.ofHours(24);
    private static final Duration MAX_ISOLATION = Duration.ofHours(24);

    private final JobSpec job;
    private final List<Violation> violations = new ArrayList<>();

    private JobValidator(JobSpec job) {
        this.job = job;
    }

    /** Every problem, in the order of the file; empty when the job is sound. */
    public static List<Violation> check(JobSpec job) {
        JobValidator validator = new JobValidator(job);
        validator.checkIdentity();
        validator.violations.addAll(GangValidator.check(job.gang(), job.topology()));
        validator.checkTimes();
        validator.checkCheckpoint();
        validator.checkRestart();
        validator.checkTemplate();
        return List.copyOf(validator.violations);
    }

    private void checkIdentity() {
        note("metadata.name", Names.problemOfName(job.key().name()));
        note("metadata.namespace", Names.problemOfName(job.key().namespace()));
        note("spec.queue", Names.problemOfName(job.queue()));
        if (Math.abs((long) job.priority()) > JobLimits.MAX_PRIORITY) {
            note("spec.priority", "is " + job.priority() + "; it goes from -1000000 to 1000000");
        }
    }

    private void checkTimes() {
        job.walltime().ifPresent(walltime -> checkPositive("spec.walltime", walltime, Quantity.MAX_DURATION));
        checkNotNegative("spec.minRuntime", job.minRuntime(), Quantity.MAX_DURATION);
    }

    private void checkCheckpoint() {
        if (job.checkpoint().isEmpty()) {
            return;
        }
        CheckpointSpec checkpoint = job.checkpoint().get();
        checkPath("spec.checkpoint.directory", checkpoint.directory());
        checkpoint
                .signal()
                .filter(signal -> !Names.SIGNALS.contains(signal))
                .ifPresent(signal -> note(
                        "spec.checkpoint.signal",
                        "is " + Quoted.text(signal) + "; use one of " + String.join(", ", Names.SIGNALS)));
        checkNotNegative("spec.checkpoint.grace", checkpoint.grace(), MAX_GRACE);
    }

    private void checkRestart() {
        RestartSpec restart = job.restart();
        checkCount("spec.restart.maxRestarts", restart.maxRestarts(), 0, JobLimits.MAX_RESTARTS);
        checkCount(
                "spec.restart.maxInfrastructureRestarts",
                restart.maxInfrastructureRestarts(),
                0,
                JobLimits.MAX_RESTARTS);
        checkCount("spec.restart.fuse.failures", restart.fuse().failures(), 1, JobLimits.MAX_RESTARTS);
        checkPositive("spec.restart.fuse.within", restart.fuse().within(), Quantity.MAX_DURATION);
        checkPositive("spec.restart.hangAfter", restart.hangAfter(), Quantity.MAX_DURATION);
        checkPositive("spec.restart.startWithin", restart.startWithin(), Quantity.MAX_DURATION);
        restart.isolationTimeout()
                .ifPresent(timeout -> checkPositive("spec.restart.isolationTimeout", timeout, MAX_ISOLATION));
    }

    private void checkTemplate() {
        TemplateSpec template = job.template();
        template.image()
                .filter(image -> image.isBlank() || image.length() > JobLimits.MAX_PATH_LENGTH || hasControl(image))
                .ifPresent(image -> note("spec.template.image", "is " + Quoted.text(image) + "; give an image name"));
        checkCommand(template.command());
        template.workingDirectory().ifPresent(directory -> checkPath("spec.template.workingDirectory", directory));
        checkEnvironment(template.env());
        template.podJson().ifPresent(this::checkPod);
    }

    private void checkPod(String json) {
        if (bytes(json) > JobLimits.MAX_POD_BYTES) {
            note(
                    "spec.template",
                    "has " + bytes(json) + " bytes for its pod; at most " + JobLimits.MAX_POD_BYTES + " are passed on");
        } else {
            violations.addAll(PodFields.check(json));
        }
    }

    private void checkCommand(List<String> command) {
        if (command.isEmpty() || command.get(0).isBlank()) {
            note("spec.template.command", "is empty; name the program to run, for example [python3, train.py]");
            return;
        }
        if (command.size() > JobLimits.MAX_ARGUMENTS) {
            note(
                    "spec.template.command",
                    "has " + command.size() + " arguments; at most " + JobLimits.MAX_ARGUMENTS + " are passed on");
            return;
        }
        long bytes = 0;
        for (int index = 0; index < command.size(); index++) {
            String argument = command.get(index);
            bytes += bytes(argument) + 1L;
            if (argument.indexOf('\0') >= 0) {
                note("spec.template.command[" + index + "]", "has a NUL character; remove it");
            }
            if (bytes(argument) >= JobLimits.MAX_ARGUMENT_BYTES) {
                note("spec.template.command[" + index + "]", "is too long for one argument; put it in a file");
            }
        }
        if (bytes > JobLimits.MAX_COMMAND_BYTES) {
            note(
                    "spec.template.command",
                    "has " + bytes + " bytes; at most " + JobLimits.MAX_COMMAND_BYTES + " are passed on");
        }
    }

    private void checkEnvironment(Map<String, String> env) {
        if (env.size() > JobLimits.MAX_VARIABLES) {
            note(
                    "spec.template.env",
                    "has " + env.size() + " variables; at most " + JobLimits.MAX_VARIABLES + " are passed on");
            return;
        }
        long bytes = 0;
        for (Map.Entry<String, String> variable : env.entrySet()) {
            String field = "spec.template.env." + Quoted.bare(variable.getKey());
            note(field, Names.problemOfVariable(variable));
            long size = bytes(variable.getKey()) + bytes(variable.getValue()) + 2L;
            bytes += size;
            if (size > JobLimits.MAX_ARGUMENT_BYTES) {
                note(field, "is too long for one variable; put it in a file");
            }
        }
        if (bytes > JobLimits.MAX_ENVIRONMENT_BYTES) {
            note(
                    "spec.template.env",
                    "has " + bytes + " bytes; at most " + JobLimits.MAX_ENVIRONMENT_BYTES + " are passed on");
        }
    }

    private void checkPath(String field, String path) {
        if (path.isBlank()) {
            note(field, "is empty; name a directory");
        } else if (path.length() > JobLimits.MAX_PATH_LENGTH) {
            note(field, "has " + path.length() + " characters; at most " + JobLimits.MAX_PATH_LENGTH + " are allowed");
        } else if (hasControl(path)) {
            note(field, "is " + Quoted.text(path) + "; remove the control characters");
        }
    }

    private void checkCount(String field, int count, int least, int most) {
        if (count < least || count > most) {
            note(field, "is " + count + "; give a whole number from " + least + " to " + most);
        }
    }

    private void checkPositive(String field, Duration duration, Duration most) {
        if (duration.isZero()) {
            note(field, "is 0s; give a longer time");
        } else {
            checkNotNegative(field, duration, most);
        }
    }

    private void checkNotNegative(String field, Duration duration, Duration most) {
        if (duration.isNegative()) {
            note(field, "is negative; give a time of 0s or more");
        } else if (duration.compareTo(most) > 0) {
            note(field, "is " + Quantity.text(duration) + "; at most " + Quantity.text(most) + " is allowed");
        }
    }

    private static boolean hasControl(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private void note(String field, Optional<String> problem) {
        problem.ifPresent(message -> note(field, message));
    }

    private void note(String field, String message) {
        violations.add(Violation.of(field, message));
    }
}
