# SPDX-License-Identifier: Apache-2.0
# What others install: a Debian package, and what the image of Kubernetes' DaemonSet has in it.

PACKAGED := install.sh $(shell find runtime-config profiles docs/man -type f)
DEB := $(BUILD)/oci-shield_$(VERSION)_$(shell dpkg --print-architecture 2>/dev/null).deb

deb: $(DEB)
$(DEB): $(PROGRAMS) $(WEBHOOK) $(PACKAGED)
	runtime-config/debian/build $(BUILD) $(VERSION)

# The image's programs are installed below /usr/local, and run in the nodes' own namespaces, whatever libc a node has:
# they bring their loader and libraries.
IMAGE := $(BUILD)/image
IMAGE_PREFIX := /usr/local
IMAGE_LIBRARIES := $(IMAGE_PREFIX)/lib/oci-shield
IMAGE_LDFLAGS := -Wl,--dynamic-linker=$(IMAGE_LIBRARIES)/ld.so,-rpath,$(IMAGE_LIBRARIES),--disable-new-dtags
IMAGE_PROGRAMS := $(addprefix $(IMAGE)/,oci-shield shieldctl shieldd shieldd-webhook)

# What names files below the prefix. find.o comes before the library's own.
IMAGE_CTL := ctl/doctor_containerd.o ctl/doctor_crio.o ctl/doctor_hooks.o
IMAGE_FIND := $(IMAGE)/profile/find.o
IMAGE_CTL_OBJECTS := $(filter-out $(IMAGE_CTL:%=$(BUILD)/hook/%),$(CTL_OBJECTS)) $(IMAGE_CTL:%=$(IMAGE)/%)
$(IMAGE)/%.o: PREFIX := $(IMAGE_PREFIX)
$(IMAGE)/%.o: hook/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -std=gnu11 $(WARNINGS) $(HARDEN) $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(IMAGE)/oci-shield: $(BUILD)/hook/hook.o $(IMAGE_FIND) $(LIBRARY)
$(IMAGE)/shieldctl: $(BUILD)/hook/shieldctl.o $(IMAGE_CTL_OBJECTS) $(IMAGE_FIND) $(LIBRARY)
$(IMAGE)/oci-shield $(IMAGE)/shieldctl:
	$(CC) $(CFLAGS) $(STATIC) $(LDFLAGS) -o $@ $^ $(LIBS)
$(IMAGE)/shieldd: $(BUILD)/hook/shieldd.o $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) $(IMAGE_LDFLAGS) -o $@ $^ -Wl,-Bstatic $(LIBS) -Wl,-Bdynamic -lmicrohttpd
$(IMAGE)/shieldd-webhook: $(BUILD)/hook/shieldd-webhook.o $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) $(IMAGE_LDFLAGS) -o $@ $^ $(WEBHOOK_LIBS)

# $(IMAGE)/tree is the image's /opt/oci-shield.
image-tree: $(IMAGE)/tree.made
$(IMAGE)/tree.made: $(IMAGE_PROGRAMS) $(PACKAGED)
	runtime-config/kubernetes/image-tree $(IMAGE)
	@touch $@

.PHONY: deb image-tree
