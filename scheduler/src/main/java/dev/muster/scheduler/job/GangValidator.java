package dev.muster.scheduler.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says what is wrong with the numbers and the shape of a gang. */
final class GangValidator {

    private final GangSpec gang;
    private final List<Violation> violations = new ArrayList<>();

    private GangValidator(GangSpec gang) {
        this.gang = gang;
    }

    static List<Violation> check(GangSpec gang, TopologySpec topology) {
        GangValidator validator = new GangValidator(gang);
        validator.checkCounts();
        validator.checkPerHost();
        validator.checkRanks();
        validator.checkLevels(topology);
        validator.checkSlices(topology.slices());
        return validator.violations;
    }

    private void checkCounts() {
        if (gang.hosts() < 1 || gang.hosts() > JobLimits.MAX_HOSTS) {
            note("spec.gang.hosts", "is " + gang.hosts() + "; a gang has 1 to " + JobLimits.MAX_HOSTS + " hosts");
        }
        if (gang.minHosts() < 1 || gang.minHosts() > Math.max(1, gang.hosts())) {
            note("spec.gang.minHosts", "is " + gang.minHosts() + "; it goes from 1 to the hosts, " + gang.hosts());
        }
        if (gang.spares() < 0 || (long) gang.hosts() + gang.spares() > JobLimits.MAX_HOSTS) {
            note(
                    "spec.gang.spares",
                    "is " + gang.spares() + "; it is 0 or more, and with the hosts at most " + JobLimits.MAX_HOSTS);
        }
    }

    private void checkPerHost() {
        ResourceVector perHost = gang.perHost();
        if (perHost.isZero()) {
            note("spec.gang.perHost", "asks for nothing; name accelerators, cpus or memory");
        }
        long accelerators = perHost.amount(ResourceVector.ACCELERATORS);
        if (accelerators > JobLimits.MAX_ACCELERATORS_PER_HOST) {
            note(
                    "spec.gang.perHost.accelerators",
                    "is " + accelerators + "; a host has at most " + JobLimits.MAX_ACCELERATORS_PER_HOST);
        }
        long held = Math.max(1, (long) gang.hosts() + Math.max(0, gang.spares()));
        perHost.amounts().forEach((resource, amount) -> {
            if (amount > Long.MAX_VALUE / held) {
                note("spec.gang.perHost." + field(resource), "is too large: the whole gang would not be a number");
            }
        });
        gang.acceleratorType().ifPresent(type -> {
            note("spec.gang.perHost.acceleratorType", Names.problemOfLabel(type));
            if (accelerators == 0) {
                note(
                        "spec.gang.perHost.acceleratorType",
                        "is given without accelerators; add accelerators or remove it");
            }
        });
    }

    /** The name that the job file has for a resource. */
    private static String field(String resource) {
        return switch (resource) {
            case ResourceVector.CPU_MILLIS -> "cpus";
            case ResourceVector.MEMORY_BYTES -> "memory";
            default -> resource;
        };
    }

    private void checkRanks() {
        long accelerators = gang.perHost().amount(ResourceVector.ACCELERATORS);
        if (accelerators > JobLimits.MAX_ACCELERATORS_PER_HOST || gang.hosts() > JobLimits.MAX_HOSTS) {
            return;
        }
        long ranks = (long) gang.hosts() * gang.ranksPerHost();
        if (ranks > JobLimits.MAX_RANKS) {
            note("spec.gang.hosts", "makes " + ranks + " ranks; at most " + JobLimits.MAX_RANKS + " are allowed");
        }
    }

    private void checkLevels(TopologySpec topology) {
        topology.required().ifPresent(level -> note("spec.topology.required", Names.problemOfName(level)));
        topology.preferred().ifPresent(level -> note("spec.topology.preferred", Names.problemOfName(level)));
    }

    private void checkSlices(List<SliceSpec> slices) {
        if (slices.size() > JobLimits.MAX_SLICES) {
            note(
                    "spec.topology.slices",
                    "has " + slices.size() + " slices; at most " + JobLimits.MAX_SLICES + " may nest");
            return;
        }
        int outer = gang.hosts();
        for (int index = 0; index < slices.size(); index++) {
            SliceSpec slice = slices.get(index);
            String field = "spec.topology.slices[" + index + "]";
            note(field + ".within", Names.problemOfName(slice.within()));
            if (slice.size() < 1 || outer % slice.size() != 0) {
                String whole = index == 0 ? "the gang's hosts" : "the slice around it";
                note(field + ".hosts", "is " + slice.size() + "; it must divide " + outer + ", " + whole);
                return;
            }
            outer = slice.size();
        }
    }

    private void note(String field, Optional<String> problem) {
        problem.ifPresent(message -> note(field, message));
    }

    private void note(String field, String message) {
        violations.add(Violation.of(field, message));
    }
}
