package dev.muster.controller.codec;

import dev.muster.scheduler.job.TemplateSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The process each rank runs; it travels in jobs and in the commands to agents. */
final class TemplateCodec {

    private TemplateCodec() {}

    static dev.muster.proto.v1.TemplateSpec write(TemplateSpec template) {
        return dev.muster.proto.v1.TemplateSpec.newBuilder()
                .setImage(template.image().orElse(""))
                .addAllCommand(template.command())
                .setWorkingDirectory(template.workingDirectory().orElse(""))
                .putAllEnv(template.env())
                .setPodJson(template.podJson().orElse(""))
                .build();
    }

    static TemplateSpec read(String field, dev.muster.proto.v1.TemplateSpec wire, Problems problems) {
        List<String> command = new ArrayList<>();
        for (int i = 0; i < wire.getCommandCount(); i++) {
            command.add(problems.text(field + ".command[" + i + "]", wire.getCommand(i), Bounds.VALUE_LENGTH));
        }
        TreeMap<String, String> env = new TreeMap<>();
        wire.getEnvMap().forEach((name, value) -> {
            if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
                problems.add(field + ".env", "has the name '" + Bounds.cut(name, 80) + "'; a name has no = in it");
            } else {
                env.put(name, problems.text(field + ".env." + Bounds.cut(name, 80), value, Bounds.VALUE_LENGTH));
            }
        });
        return new TemplateSpec(
                problems.optionalText(field + ".image", wire.getImage(), Bounds.TEXT_LENGTH),
                command,
                problems.optionalText(field + ".workingDirectory", wire.getWorkingDirectory(), Bounds.TEXT_LENGTH),
                env,
                problems.optionalText(field + ".pod", podJson(wire), Bounds.VALUE_LENGTH));
    }

    /** Jobs that were stored before a pod had more than volumes. */
    private static String podJson(dev.muster.proto.v1.TemplateSpec wire) {
        return wire.getPodJson().isEmpty() && !wire.getVolumesJson().isEmpty()
                ? "{\"volumes\":" + wire.getVolumesJson() + "}"
                : wire.getPodJson();
    }
}
