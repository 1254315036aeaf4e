/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What user space and the BPF programs agree on: the compiled policy, the container's slot, a task's tag, an event.
 * The only header both include. Everything is fixed-width, laid out without holes, and asserted at the end.
 *
 * Names: a profile (JSON) is compiled to a policy (struct shield_policy, immutable, shared by containers of equal
 * content); a container under a policy has a slot; a task of that container carries a tag naming the slot.
 */
#ifndef SHIELD_ABI_H
#define SHIELD_ABI_H

#include <linux/types.h>

#define SHIELD_ABI 4

/* Capacities. A profile or node that needs more is refused by name, never cut short. */
#define SHIELD_SLOTS 4096	     /* containers under enforcement on a node */
#define SHIELD_POLICIES 1024	     /* distinct policies on a node */
#define SHIELD_PATH_MAX 1024	     /* bytes of a container path, with its NUL; power of two */
#define SHIELD_DEPTH_MAX 64	     /* components of a container path */
#define SHIELD_MOUNT_PATH_MAX 256    /* bytes of a mount's destination, with its NUL */
#define SHIELD_MOUNTS 128	     /* mounts of a container */
#define SHIELD_ID_MAX 128	     /* bytes of a container id, with its NUL */
#define SHIELD_NAME_MAX 64	     /* bytes of a profile name, with its NUL */
#define SHIELD_DFA_STATES 4096	     /* power of two */
#define SHIELD_DFA_CELLS 8192	     /* power of two */
#define SHIELD_CLASSES 1024	     /* power of two */
#define SHIELD_NAMES 64		     /* distinct `from` and `tracer` paths of a policy: bits of a mask */
#define SHIELD_NET4_RANGES 512	     /* power of two */
#define SHIELD_NET6_RANGES 256	     /* power of two */
#define SHIELD_PORT_SETS 512	     /* power of two */
#define SHIELD_PORT_RANGES 2048	     /* power of two */
#define SHIELD_PORT_SET_MAX 256	     /* ranges of one set */
#define SHIELD_ID_RANGES 32	     /* uid or gid ranges of a policy */
#define SHIELD_IDMAP_EXTENTS 8	     /* lines of a container's uid_map or gid_map */
#define SHIELD_GROUPS_MAX 64	     /* supplementary groups looked at in one setgroups(2); more is refused */
#define SHIELD_SOURCE_MAX 32768	     /* bytes of a policy's canonical text, with its NUL */
#define SHIELD_OBSERVATIONS 16384    /* distinct observations on a node */
#define SHIELD_OBSERVATIONS_MAX 4096 /* of one container */
#define SHIELD_RECORDINGS 64	     /* containers under recording on a node */
#define SHIELD_LINKS_PIECES 8192     /* of followed symlinks, on a node */
#define SHIELD_MOUNT_ENTRIES 65536   /* mounts of all containers of a node */

/* What a rule is about: the kind of an event, the index of counters and of actions. */
enum shield_kind {
	SHIELD_KIND_NONE,
	SHIELD_KIND_EXEC,	   /* exec.allow, exec.deny, exec.default */
	SHIELD_KIND_LIBRARY,	   /* executable mapping of a file */
	SHIELD_KIND_DRIFT,	   /* exec.drift */
	SHIELD_KIND_FILELESS,	   /* exec.fileless */
	SHIELD_KIND_REVERSE_SHELL, /* reverse_shell */
	SHIELD_KIND_EGRESS,	   /* network.egress */
	SHIELD_KIND_BIND,	   /* network.bind */
	SHIELD_KIND_FAMILY,	   /* network.families */
	SHIELD_KIND_RAW,	   /* network.raw */
	SHIELD_KIND_PTRACE,	   /* ptrace */
	SHIELD_KIND_SETUID,	   /* setuid: uid, gid and groups changes */
	SHIELD_KIND_SETUID_EXEC,   /* setuid.setuid_exec */
	SHIELD_KIND_UNIX,	   /* network.unix */
	SHIELD_KIND_CAPABILITY,	   /* capabilities */
	SHIELD_KIND_MOUNT,	   /* kernel.mount */
	SHIELD_KIND_BPF,	   /* kernel.bpf */
	SHIELD_KIND_MODULES,	   /* kernel.modules */
	SHIELD_KIND_USERNS,	   /* kernel.userns */
	SHIELD_KIND_FILES,	   /* files */
	SHIELD_KIND_GUARD,	   /* the engine's own programs, maps and pins: no container touches them */
	SHIELD_KIND_TAG,	   /* a task whose slot is gone or whose tag cannot be read: refused whatever it asks */
	SHIELD_KIND_CONTROL,	   /* break-glass: a mode changed, the engine switched off or on */
	SHIELD_KINDS = 32,
};

/* What happens to an act; also the values of a profile's actions. */
enum shield_verdict {
	SHIELD_ALLOW, /* as an action: the rule is not there */
	SHIELD_AUDIT, /* allowed and reported */
	SHIELD_DENY,  /* refused with an errno */
	SHIELD_KILL,  /* SIGKILL, and the errno */
	SHIELD_VERDICTS,
};

/* Why, where the kind and rule alone do not tell. */
enum shield_reason {
	SHIELD_REASON_NONE,
	SHIELD_REASON_RULE,	  /* an explicit deny entry matched */
	SHIELD_REASON_DEFAULT,	  /* nothing matched: the default */
	SHIELD_REASON_FROM,	  /* allowed, but not from this program */
	SHIELD_REASON_UNNAMED,	  /* the file has no name in the container's own file system */
	SHIELD_REASON_CHANGED,	  /* the file was created or changed after the image */
	SHIELD_REASON_NOT_IMAGE,  /* the file is on a writable mount, not in the image */
	SHIELD_REASON_DELETED,	  /* memfd, deleted or O_TMPFILE */
	SHIELD_REASON_OTHER_SLOT, /* the traced task is not of this container */
	SHIELD_REASON_STALE,	  /* the tag's slot is gone */
	SHIELD_REASON_NO_TAG,	  /* the tag could not be read or written */
	SHIELD_REASON_BUSY,	  /* no scratch buffer, or renames without end during the walk */
	SHIELD_REASON_FOLDER,	  /* what a rule protects lies below this folder */
	SHIELD_REASON_PASSED,	  /* made outside the container and passed in */
	SHIELD_REASON_NOT_JUDGED, /* a protocol or family whose addresses cannot be judged */
	SHIELD_REASONS,
};

/* Where in the profile the deciding entry stands: list and index. 0 = nowhere. */
enum shield_list {
	SHIELD_LIST_NONE,
	SHIELD_LIST_SWITCH,    /* the key itself, such as exec.drift */
	SHIELD_LIST_DEFAULT,   /* .default */
	SHIELD_LIST_ALLOW,     /* .allow[index] */
	SHIELD_LIST_DENY,      /* .deny[index] */
	SHIELD_LIST_LIBRARIES, /* exec.libraries, or exec.libraries[index] */
	SHIELD_LIST_READ_ONLY, /* files.read_only[index] */
};
#define SHIELD_RULE(list, index) ((__u16)((list) << 12 | (index)))
#define SHIELD_RULE_LIST(rule) ((rule) >> 12)
#define SHIELD_RULE_INDEX(rule) ((rule)&0xfff)
#define SHIELD_RULE_INDEX_MAX 0xfff

/*
 * Paths: one deterministic automaton over bytes for all patterns of a profile, so that a match costs by the length of
 * the path and never by the number of rules. A byte's transition is cells[(base + byte) % CELLS] where that cell's
 * check is the state, else `other`. State 0 is dead, state 1 the start. The path is absolute and starts with '/'; the
 * abstract name of a unix socket goes in as '@' and the name.
 */
struct shield_dfa_state {
	__u16 base;
	__u16 other;
	__u16 class; /* index into classes; 0 = no pattern ends here */
	__u16 below; /* 1 = a pattern of `files` can match something below the folder of this name */
};

struct shield_dfa_cell {
	__u16 check;
	__u16 next;
};

/* What the patterns that match a path say together. Rules are SHIELD_RULE() or 0. */
struct shield_class {
	__u64 names;	      /* which `from` and `tracer` paths this is */
	__u64 from;	      /* union of the names in the conditional allow entries */
	__u16 allow;	      /* first exec.allow entry without `from` */
	__u16 allow_from;     /* first exec.allow entry with `from` */
	__u16 deny;	      /* first exec.deny entry */
	__u16 library;	      /* first exec.libraries entry */
	__u16 file_deny;      /* first files.deny entry */
	__u16 file_read_only; /* first entry of files.read_only, or of files.deny that goes through this link */
	__u16 unix_allow;     /* first network.unix.allow entry */
	__u16 unix_deny;      /* first network.unix.deny entry */
};

/* Addresses: disjoint ranges covering the whole space, sorted; each names a port set. */
struct shield_net4 {
	__u32 count;			 /* at least 1; start[0] = 0 */
	__u32 start[SHIELD_NET4_RANGES]; /* host byte order */
	__u16 set[SHIELD_NET4_RANGES];
};

struct shield_net6 {
	__u32 count;
	__u32 pad;
	__u64 high[SHIELD_NET6_RANGES]; /* host byte order */
	__u64 low[SHIELD_NET6_RANGES];
	__u16 set[SHIELD_NET6_RANGES];
};

/* Protocols as the policy sees them: the high half of a port range's start. */
enum shield_proto {
	SHIELD_PROTO_OTHER, /* raw, and whatever else has an address */
	SHIELD_PROTO_TCP,   /* TCP and MPTCP */
	SHIELD_PROTO_UDP,   /* UDP and UDP-Lite */
	SHIELD_PROTO_ICMP,  /* ping sockets */
};
#define SHIELD_PORT_KEY(proto, port) ((__u32)(proto) << 16 | (port))

/* A port set is ranges[first .. first + count), sorted, covering every key from SHIELD_PORT_KEY(0, 0). */
struct shield_port_range {
	__u32 start;  /* SHIELD_PORT_KEY() */
	__u16 rule;   /* SHIELD_RULE() */
	__u8 refused; /* 0 or 1 */
	__u8 reason;  /* enum shield_reason */
};

struct shield_port_set {
	__u16 first;
	__u16 count;
};

enum shield_direction {
	SHIELD_EGRESS,
	SHIELD_BIND,
	SHIELD_DIRECTIONS,
};

struct shield_id_range {
	__u32 low, high; /* inclusive, the container's own ids */
	__u16 rule;
	__u16 pad;
};

struct shield_ids {
	__u32 count;
	struct shield_id_range range[SHIELD_ID_RANGES];
};

/* Which executable mappings of files are allowed. */
enum shield_libraries {
	SHIELD_LIBRARIES_ANY,	/* whatever exec.deny and exec.drift do not refuse */
	SHIELD_LIBRARIES_IMAGE, /* what is in the image, and the executable itself */
	SHIELD_LIBRARIES_LIST,	/* what exec.libraries names, and the executable itself */
};

/* shield_policy.flags: what a program may skip when the bit is clear */
#define SHIELD_POLICY_EXEC_DEFAULT_DENY (1u << 0)
#define SHIELD_POLICY_EXEC_DENY_LIST (1u << 1)
#define SHIELD_POLICY_NAMES (1u << 2) /* some `from` or `tracer`: executables must be named */
#define SHIELD_POLICY_PTRACE_DEFAULT_DENY (1u << 3)
#define SHIELD_POLICY_SETUID_DEFAULT_DENY (1u << 4)
#define SHIELD_POLICY_UNIX_DEFAULT_DENY (1u << 5)
#define SHIELD_POLICY_FILES_DENY_LIST (1u << 6) /* some files.deny: reads are judged, too */

#define SHIELD_CAPABILITIES 64

struct shield_policy {
	__u32 abi;
	__u32 flags;
	__u8 action[SHIELD_KINDS]; /* enum shield_verdict; SHIELD_ALLOW = no such rule */
	__u64 families;		   /* bit n = address family n is allowed */
	__u64 tracers;		   /* names that may trace */
	__u64 deny_lengths;	   /* bit min(n, 63) = some exec.deny pattern can end in a component of n bytes */
	__u32 libraries;	   /* enum shield_libraries */
	__u32 source_length;
	__u16 capability[SHIELD_CAPABILITIES]; /* the SHIELD_RULE() that refuses it; 0 = allowed */
	struct shield_ids uids;
	struct shield_ids gids;
	struct shield_net4 net4[SHIELD_DIRECTIONS];
	struct shield_net6 net6[SHIELD_DIRECTIONS];
	struct shield_port_set port_sets[SHIELD_PORT_SETS];
	struct shield_port_range port_ranges[SHIELD_PORT_RANGES];
	struct shield_class classes[SHIELD_CLASSES];
	struct shield_dfa_state states[SHIELD_DFA_STATES];
	struct shield_dfa_cell cells[SHIELD_DFA_CELLS];
	char source[SHIELD_SOURCE_MAX]; /* canonical text of the resolved profile: equal text, equal policy */
};

/* A container's uid_map or gid_map: container id = outside - lower + first. */
struct shield_idmap_extent {
	__u32 first, lower, count;
};

struct shield_idmap {
	__u32 count;
	struct shield_idmap_extent extent[SHIELD_IDMAP_EXTENTS];
};

/* The policy_index map: from a hash of the canonical text to where the policy is. */
struct shield_policy_ref {
	__u32 id;
	__u32 slots; /* that name it */
	__u32 kinds; /* bit n = it has rules of kind n */
	__u32 pad;
};

enum shield_slot_state {
	SHIELD_SLOT_FREE,
	SHIELD_SLOT_CLAIMED, /* being filled: nothing is tagged with it yet */
	SHIELD_SLOT_LIVE,
};

/* shield_slot.flags */
#define SHIELD_SLOT_AUDIT (1u << 0)   /* every action is audit */
#define SHIELD_SLOT_OVERLAY (1u << 1) /* the root is an overlay: an upper layer tells what changed */
#define SHIELD_SLOT_ROOT_READ_ONLY (1u << 2)
#define SHIELD_SLOT_MOUNTS_ON_ROOT (1u << 3) /* some mount of config.json is from the root's own superblock */
#define SHIELD_SLOT_UDP_PEERS (1u << 4)	     /* replies to UDP peers that spoke first are told apart */
#define SHIELD_SLOT_OBSERVE \
	(1u << 5) /* what the policy refuses or reports is gathered; in audit mode of root's containers it always is */
#define SHIELD_SLOT_RECORD \
	(1u << 6) /* a recording: nothing is counted or reported, and every rule of an act is asked */

/* What differs per container. Written by the hook while CLAIMED; then only flags, policy and generation change. */
struct shield_slot {
	__u32 state;
	__u32 generation; /* grows each time the slot is taken or left: a tag of an earlier tenant matches nothing */
	__u32 policy;	  /* key of the policies map */
	__u32 flags;
	__u64 cgroup;  /* id of the container's top cgroup */
	__u64 root;    /* the root directory's inode in the kernel: device and inode numbers are not unique on btrfs */
	__u64 root_sb; /* its superblock */
	__u64 host_root; /* inode of the hook's own root directory: where the runtime's helpers run from */
	__u64 armed;	 /* boot time in ns of init's first exec, 0 = not yet; written by BPF */
	__u32 revision;	 /* of the policy: grows with each reload; names in tags of another revision say nothing */
	__u32 owner;	 /* the user whose container it is; 0 = root */
	struct shield_idmap uids;
	struct shield_idmap gids;
};

/* The key of the containers map: the id a runtime gave; UID/ID for a user's, which no runtime of root's can give. */
struct shield_container_key {
	char id[SHIELD_ID_MAX];
};

/* What people call the container, and what is needed to take it down; never read by an enforcing program. */
struct shield_slot_info {
	char id[SHIELD_ID_MAX];
	char profile[SHIELD_NAME_MAX];
	__u64 created;	  /* boot time in ns */
	__u64 init_start; /* start time of init in clock ticks, field 22 of /proc/PID/stat */
	__u32 init_pid;	  /* in the host's pid namespace */
	__u32 links;	  /* entries of the links map that go with the slot */
	__u64 root_device;
	__u64 root_inode;
	char image[SHIELD_MOUNT_PATH_MAX];
	char pod[SHIELD_ID_MAX];
	char pod_namespace[SHIELD_ID_MAX];
	char container[SHIELD_ID_MAX];
	char record[SHIELD_NAME_MAX]; /* the recording that this run is for; empty = none */
	__u64 policy_key;	      /* in the policy_index map */
	__u32 mount_count;	      /* entries of the mounts map that go with the slot */
	__u32 mode_fixed; /* the mode is not the profile's own: an annotation, the node or break-glass set it */
	__u64 mount[SHIELD_MOUNTS];
};

enum shield_tag_state {
	SHIELD_TAG_PENDING, /* the runtime's own work before the entrypoint: nothing is refused */
	SHIELD_TAG_ARMED,
	SHIELD_TAG_PROBE, /* the engine's self-test: every hook answers SHIELD_PROBE_ERRNO */
};
#define SHIELD_PROBE_ERRNO 52 /* EBADE: no kernel path of the probed calls returns it */

/* An executable: what names it has in the policy, which inode it is, and what it is called. */
struct shield_exe {
	__u64 names;
	__u64 inode; /* address of the inode in the kernel */
	__u64 path;  /* shield_path_hash() where observations are gathered; 0 = not known */
};

/* The script that an interpreter runs. All 0 = none. */
struct shield_script {
	__u64 names;
	__u64 path;
};

struct shield_tag {
	__u32 slot;
	__u32 generation;
	__u32 state;
	__u32 revision; /* of the slot's policy, that the names are from */
	struct shield_exe exe;
	struct shield_script script;
	struct shield_exe next; /* the exec under way; becomes exe when it commits */
	struct shield_script next_script;
};

/* Mounts of config.json: from the inode at a mount's root to the path the container sees it at. */
struct shield_mount_key {
	__u32 slot;
	__u32 generation;
	__u64 inode;
};

struct shield_mount {
	__u32 length;			  /* of path, without the NUL; 0 for a mount on the root directory */
	__u32 read_only;		  /* counts as the image */
	char path[SHIELD_MOUNT_PATH_MAX]; /* absolute, no trailing slash */
};

#define SHIELD_COUNTED 3 /* verdicts: SHIELD_ALLOW is never counted */

struct shield_counters {
	__u64 count[SHIELD_KINDS][SHIELD_COUNTED]; /* see SHIELD_COUNT() */
	__u64 lost;				   /* events that did not fit the ring */
	__u64 suppressed; /* events over the container's rate; their verdicts are counted above */
	__u64 window;	  /* start of the current rate window, boot time in ns */
	__u64 window_events;
	__u64 observations; /* in the observations map */
	__u64 unobserved;   /* acts that were to be gathered and did not fit */
};
#define SHIELD_COUNT(counters, kind, verdict) ((counters)->count[kind][(verdict)-SHIELD_AUDIT])

#define SHIELD_RATE_WINDOW_NS 1000000000ull
#define SHIELD_RATE_EVENTS 500

#define SHIELD_ROOTS 4096 /* power of two */

/* How the programs run. */
enum shield_tier {
	SHIELD_TIER_LSM,      /* as BPF LSM programs */
	SHIELD_TIER_FMOD_RET, /* in front of security_*(), where `bpf` is not among the active LSMs */
};

/* What a load fixes for its programs, read-only from then on. */
struct shield_settings {
	__u32 tier;	      /* enum shield_tier */
	__u32 setattr_dentry; /* which argument of inode_setattr is the dentry: kernels differ */
};

/* What the engine is made of, as keys of the `guarded` map: kind and the id that the kernel gave. */
enum shield_part {
	SHIELD_PART_MAP,
	SHIELD_PART_PROGRAM,
};
#define SHIELD_PART_KEY(part, id) ((__u64)(part) << 32 | (id))
#define SHIELD_PARTS 4096 /* distinct policies, programs and other maps */

/* One node-wide record. The first four fields are frozen: any version can read them and switch the engine off. */
struct shield_control {
	__u32 abi;
	__u32 off;	  /* 1 = break-glass: nothing is enforced */
	__u64 off_since;  /* wall clock, s */
	__u64 sequence;	  /* of events */
	__u32 busy;	  /* user space is changing slots; left set by one that was killed */
	__u32 tier;	  /* enum shield_tier */
	__u64 attached;	  /* bit n = hook n of the engine's table is attached */
	__u32 slots_used; /* slots from here on were never taken */
	__u32 free_hint;  /* no free slot below */
	__u32 sweep_next; /* the slot that the next sweep looks at first */
	__u32 reloads;	  /* how often running containers were looked for to follow their profiles */
	__u64 host_root;  /* inode of the host's root directory: who runs from another one is in some container */
	__u64 pins;	  /* inode of the folder that the engines are pinned in */
	__u64 instance;	  /* wall clock at load, ns: with a position in the ring, names an event for good */
	__u16 roots[SHIELD_ROOTS]; /* live slots by hash of their root: tasks with another root leave at once */
};

static inline __u32 shield_root_hash(__u64 device, __u64 inode_number)
{
	return (__u32)((inode_number ^ device << 40) * 0x9E3779B97F4A7C15ull >> 52);
}

#define SHIELD_EVENT_PATH_MAX 256

enum shield_operand {
	SHIELD_OPERAND_NONE,
	SHIELD_OPERAND_PATH,
	SHIELD_OPERAND_ADDRESS,
	SHIELD_OPERAND_IDS,
	SHIELD_OPERAND_TASK,
	SHIELD_OPERAND_SOCKET,	/* family, type and protocol */
	SHIELD_OPERAND_CONTROL, /* what was switched */
	SHIELD_OPERAND_CAPABILITY,
	SHIELD_OPERAND_NAME, /* of a module, a map, ...: in path */
};

/* shield_event.flags */
#define SHIELD_EVENT_EXE_CUT (1u << 0)	   /* exe holds the last bytes only */
#define SHIELD_EVENT_OPERAND_CUT (1u << 1) /* so does the path */
#define SHIELD_EVENT_COMPAT (1u << 2)	   /* the system call is of the 32-bit table */

#define SHIELD_NO_SYSCALL 0xffffffff

struct shield_event_address {
	__u32 family; /* AF_INET or AF_INET6; v4-mapped is AF_INET */
	__u16 port;   /* host byte order */
	__u8 proto;   /* enum shield_proto */
	__u8 pad;
	__u8 address[16];
};

enum shield_id_change {
	SHIELD_CHANGE_UID,
	SHIELD_CHANGE_GID,
	SHIELD_CHANGE_GROUPS,
	SHIELD_CHANGE_FILE_CAPS,
};

struct shield_event_ids {
	__u32 change;	      /* enum shield_id_change */
	__u32 before, wanted; /* the container's own ids; UINT32_MAX = not mapped in the container */
	__u32 pad;
};

struct shield_event_task {
	__u32 tgid; /* host pid namespace */
	char comm[16];
};

struct shield_event_socket {
	__u32 family, type, protocol;
};

enum shield_control_act {
	SHIELD_CONTROL_MODE_AUDIT,
	SHIELD_CONTROL_MODE_ENFORCE,
	SHIELD_CONTROL_OFF,
	SHIELD_CONTROL_ON,
	SHIELD_CONTROL_RELOAD,	   /* the container's profile was read anew */
	SHIELD_CONTROL_ATTACH,	   /* a running container came under a profile */
	SHIELD_CONTROL_SUPPRESSED, /* by shieldd: events of the container were over its rate */
	SHIELD_CONTROL_LOST,	   /* by shieldd: events of the container did not fit the ring */
};

struct shield_event_missed {
	__u32 control; /* SHIELD_CONTROL_SUPPRESSED or SHIELD_CONTROL_LOST */
	__u32 pad;
	__u64 count; /* so far */
};

/* An ancestor, nearest first. tgid 0 = none. */
struct shield_event_parent {
	__u32 tgid; /* host pid namespace */
	char comm[16];
};
#define SHIELD_PARENTS 4

struct shield_event {
	__u64 sequence; /* its place among all events of this engine, lost ones included */
	__u64 time;	/* boot time in ns */
	__u64 cgroup;
	__u32 slot;
	__u32 generation;
	__u8 kind;    /* enum shield_kind */
	__u8 verdict; /* enum shield_verdict, as carried out */
	__u8 reason;  /* enum shield_reason */
	__u8 operand; /* enum shield_operand */
	__u16 rule;   /* SHIELD_RULE() */
	__u16 flags;
	__u32 pid, tgid, ppid; /* host pid namespace */
	__u32 uid;	       /* the container's own */
	__u32 syscall;	       /* the call it was done by; SHIELD_NO_SYSCALL = by none (io_uring's workers) */
	__u32 pad;
	char comm[16];
	struct shield_event_parent parent[SHIELD_PARENTS]; /* the first is ppid */
	char exe[SHIELD_EVENT_PATH_MAX];
	union {
		char path[SHIELD_EVENT_PATH_MAX];
		struct shield_event_address address;
		struct shield_event_ids ids;
		struct shield_event_task task;
		struct shield_event_socket socket;
		__u32 control; /* enum shield_control_act */
		struct shield_event_missed missed;
		__u32 capability; /* capabilities(7), by number */
	};
};

/*
 * What a container did that its policy refuses, reports or, in a recording, has no rule for: one entry for each
 * distinct act and actor, however often. kind SHIELD_KIND_NONE is no act: it says which path a hash stands for.
 */
struct shield_observation_key {
	__u32 slot;
	__u32 generation;
	__u64 act; /* hash of kind and operand */
	__u64 who; /* hash of executable and script */
};

struct shield_observation {
	__u64 count;
	__u64 first; /* boot time in ns */
	__u64 last;
	__u64 exe;	 /* shield_exe.path of who acted; 0 = the runtime, or not known */
	__u64 script;	 /* shield_script.path */
	__u64 path_hash; /* of path, 0 = none */
	__u8 kind;	 /* enum shield_kind */
	__u8 verdict;	 /* enum shield_verdict, of the last time */
	__u8 reason;	 /* enum shield_reason */
	__u8 operand;	 /* enum shield_operand: what `path` or the union holds */
	__u16 rule;	 /* SHIELD_RULE() */
	__u16 complete;	 /* 0 = being written */
	__u32 tgid;	 /* of the last, host pid namespace */
	__u32 uid;	 /* the container's own */
	char comm[16];
	union {
		struct shield_event_address address;
		struct shield_event_ids ids;
		struct shield_event_task task;
		struct shield_event_socket socket;
		__u32 capability;
	};
	char path[SHIELD_PATH_MAX];
};

/* FNV-1a over the bytes of a path, of its folder, ...; never 0. */
#define SHIELD_HASH_START 0xcbf29ce484222325ull
#define SHIELD_HASH_STEP(hash, byte) (((hash) ^ (__u8)(byte)) * 0x100000001b3ull)

/* System calls of a container under recording: bit n = number n of the table. */
#define SHIELD_SYSCALLS 512
struct shield_syscalls {
	__u64 native[SHIELD_SYSCALLS / 64];
	__u64 compat[SHIELD_SYSCALLS / 64]; /* the 32-bit table */
};

/*
 * The symlinks that were followed for a slot's profile (hook/profile/links.h), as bytes that are cut into pieces. Of
 * user space only.
 */
struct shield_links_key {
	__u32 slot;
	__u32 generation;
	__u32 index;
	__u32 pad;
};

struct shield_links_piece {
	__u32 length;	 /* all but the last piece are full */
	char bytes[948]; /* with what the kernel has around an entry: one KiB */
};

enum shield_retag_work {
	SHIELD_RETAG_ADOPT,  /* tasks of the slot's cgroup that have no tag get one */
	SHIELD_RETAG_RENAME, /* tags of the slot get the names of its present policy */
	SHIELD_RETAG_DROP,   /* tags of the slot are removed */
};

/* What the retag program is to do. */
struct shield_retag {
	__u32 work; /* enum shield_retag_work */
	__u32 slot;
	__u32 generation;
	__u32 revision;		    /* RENAME: of the policy before */
	__u64 script[SHIELD_NAMES]; /* RENAME: the names of what had name n in that policy */
};

/* What the retag program says of each task that it has changed; the path of its executable follows. */
struct shield_retagged {
	__u32 pid, tgid; /* host pid namespace */
	__u32 length;	 /* of the path; 0 = it has no name in the container */
	__u16 rule;	 /* ADOPT: the SHIELD_RULE() that would refuse to execute it; 0 = none */
	__u16 pad;
	char comm[16];
};

/* A UDP peer that spoke first: what is sent back to it is a reply. */
struct shield_udp_peer {
	__u64 socket;	  /* cookie */
	__u32 address[4]; /* network byte order; v4 as v4-mapped */
	__u16 port;	  /* network byte order */
	__u16 pad[3];
};

/* What the announce program is told to report: break-glass, by user space. */
struct shield_announcement {
	__u32 slot; /* SHIELD_SLOTS = the whole node */
	__u32 act;  /* enum shield_control_act */
};

/* What the preemption program answers: kernel/sched/core.c preempt_dynamic_mode, -1 where the kernel has none. */
struct shield_preemption {
	__s32 mode;
	__u32 pad;
};
#define SHIELD_PREEMPTION_VOLUNTARY 1 /* the highest without preemption inside of a program */

/* What the resolve program is asked of an open file, and what it answers: files as enforcement sees them. */
struct shield_resolve {
	__s32 fd;	    /* in: any descriptor of the caller, O_PATH too */
	__u32 upper;	    /* out: 1 = in the upper layer of an overlay */
	__u64 inode;	    /* out */
	__u64 sb;	    /* out */
	__u64 magic;	    /* out: the superblock's */
	__u64 device;	    /* out */
	__u64 inode_number; /* out */
};

_Static_assert(sizeof(struct shield_dfa_state) == 8, "dfa state");
_Static_assert(sizeof(struct shield_dfa_cell) == 4, "dfa cell");
_Static_assert(sizeof(struct shield_class) == 32, "class");
_Static_assert(sizeof(struct shield_port_range) == 8, "port range");
_Static_assert(sizeof(struct shield_slot) == 16 + 48 + 2 * (4 + 12 * SHIELD_IDMAP_EXTENTS), "slot");
_Static_assert(sizeof(struct shield_tag) == 96, "tag");
_Static_assert(sizeof(struct shield_udp_peer) == 32, "udp peer");
_Static_assert(sizeof(struct shield_event) == 24 + 8 + 8 + 24 + 16 + 20 * SHIELD_PARENTS + 2 * SHIELD_EVENT_PATH_MAX,
	       "event");
_Static_assert(sizeof(struct shield_control) == 80 + 2 * SHIELD_ROOTS, "control");
_Static_assert(sizeof(struct shield_observation) == 48 + 16 + 16 + 24 + SHIELD_PATH_MAX, "observation");
_Static_assert(sizeof(struct shield_links_piece) == 952, "links piece");
_Static_assert(sizeof(struct shield_retag) == 16 + 8 * SHIELD_NAMES, "retag");
_Static_assert(sizeof(struct shield_retagged) == 32, "retagged");
_Static_assert(SHIELD_NAMES == 64, "names are bits of a __u64");

#endif
