/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel's types, cut to the members the programs read. Offsets are relocated at load (CO-RE), so that a build
 * needs no kernel BTF. Constants are those of the UAPI or stand beside the kernel file they come from.
 */
#ifndef SHIELD_KERNEL_H
#define SHIELD_KERNEL_H

#include <linux/types.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
	__u32 val;
} kuid_t;

typedef struct {
	__u32 val;
} kgid_t;

struct kernel_cap_struct {
	__u64 val; /* two __u32 before 6.3: read as 8 bytes by address */
};

struct group_info {
	int ngroups;
	kgid_t gid[0];
};

struct user_namespace {
	struct user_namespace *parent;
	int level;
	kuid_t owner;
};

struct cred {
	kuid_t uid, suid, euid, fsuid;
	kgid_t gid, sgid, egid, fsgid;
	struct kernel_cap_struct cap_permitted;
	struct kernel_cap_struct cap_effective;
	unsigned int securebits;
	struct user_namespace *user_ns;
	struct group_info *group_info;
};

struct qstr {
	union {
		struct {
			__u32 hash;
			__u32 len;
		};
		__u64 hash_len;
	};
	const unsigned char *name;
};

struct hlist_bl_node {
	struct hlist_bl_node *next, **pprev;
};

struct dentry;

struct super_block {
	__u32 s_dev;
	unsigned long s_flags;
	unsigned long s_magic;
	struct dentry *s_root;
	void *s_fs_info;
};

/* fs/overlayfs/ovl_entry.h, of a module: whose credentials it takes for what it does in its layers */
struct ovl_fs {
	const struct cred *creator_cred;
};

struct vfsmount {
	struct super_block *mnt_sb;
};

struct hlist_node {
	struct hlist_node *next;
};

struct hlist_head {
	struct hlist_node *first;
};

struct inode {
	__u16 i_mode;
	struct hlist_head i_dentry;
	union {
		const unsigned int i_nlink;
		unsigned int __i_nlink;
	};
	unsigned long i_ino;
	struct super_block *i_sb;
};

struct dentry {
	struct hlist_bl_node d_hash;
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
	struct super_block *d_sb;
	union {
		struct hlist_node d_alias;
	} d_u;
};

struct path {
	struct dentry *dentry;
};

struct file {
	unsigned int f_mode;
	unsigned int f_flags;
	struct path f_path;
	struct inode *f_inode;
	void *private_data;
};

/* fs/file_table.c, 6.5+: what overlayfs maps in place of its own file; user_path is the overlay's */
struct backing_file {
	struct path user_path;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct fs_struct {
	struct path root;
};

struct mm_struct {
	struct file *exe_file;
};

struct vm_area_struct {
	unsigned long vm_flags;
	struct file *vm_file;
};

struct bpf_local_storage;
struct css_set;

#ifdef __TARGET_ARCH_x86
struct thread_info {
	__u32 status;
};

struct pt_regs {
	unsigned long cx, si, orig_ax;
};
#else
struct pt_regs {
	__u64 regs[31];
	__u64 pstate;
	__s32 syscallno;
};
#endif

struct task_struct {
#ifdef __TARGET_ARCH_x86
	struct thread_info thread_info;
#endif
	unsigned int flags;
	unsigned int personality;
	struct mm_struct *mm;
	int pid;
	int tgid;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	const struct cred *real_cred;
	const struct cred *cred;
	char comm[16];
	struct fs_struct *fs;
	struct files_struct *files;
	struct css_set *cgroups;
	struct bpf_local_storage *bpf_storage;
};

struct linux_binprm {
	struct file *file;
	struct cred *cred;
	const char *filename;
	const char *interp;
};

struct in6_addr {
	__u8 bytes[16]; /* read by address only */
};

struct sock_common {
	union {
		struct {
			__u32 skc_daddr;
			__u32 skc_rcv_saddr;
		};
	};
	union {
		struct {
			__u16 skc_dport;
			__u16 skc_num;
		};
	};
	unsigned short skc_family;
	unsigned char skc_ipv6only : 1;
	volatile unsigned char skc_state;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
};

struct kernfs_node {
	__u64 id;
};

struct cgroup;

struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct cgroup_subsys_state *parent;
};

struct cgroup {
	struct cgroup_subsys_state self;
	struct kernfs_node *kn;
};

struct css_set {
	struct cgroup *dfl_cgrp;
};

struct sock_cgroup_data {
	struct cgroup *cgroup;
};

struct sock {
	struct sock_common __sk_common;
	__u16 sk_type;
	__u16 sk_protocol;
	struct sock_cgroup_data sk_cgrp_data;
};

struct sockaddr_un {
	__u16 sun_family;
};

struct unix_address {
	int len;
	struct sockaddr_un name[0];
};

struct unix_sock {
	struct sock sk;
	struct unix_address *addr;
	struct path path;
	struct sock *peer;
};

struct socket {
	short type;
	struct sock *sk;
};

struct msghdr {
	void *msg_name;
	int msg_namelen;
	unsigned int msg_flags;
	void *msg_control;
	unsigned long msg_controllen;
};

struct cmsghdr {
	unsigned long cmsg_len;
	int cmsg_level;
	int cmsg_type;
};

struct sockaddr {
	__u16 sa_family;
};

struct bpf_map {
	__u32 id;
};

struct bpf_prog_aux {
	__u32 id;
};

struct bpf_prog {
	struct bpf_prog_aux *aux;
};

struct seq_file;

#pragma clang attribute pop

/* The context of a task iterator (include/linux/bpf.h, kernel/bpf/task_iter.c). */
struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 session_id;
	__u64 seq_num;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task; /* NULL at the end */
};

#define PROT_EXEC 4
#define VM_EXEC 4

#define PROT_READ 1
#define READ_IMPLIES_EXEC 0x0400000 /* include/uapi/linux/personality.h */

#define AF_UNSPEC 0
#define AF_UNIX 1
#define UNIX_NAME_MAX 108 /* sizeof(sun_path), unix(7) */
#define AF_INET 2
#define AF_INET6 10
#define AF_PACKET 17
#define AF_RDS 21
#define AF_TIPC 30
#define AF_RXRPC 33
#define AF_SMC 43
#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOCK_RAW 3
#define SOCK_PACKET 10
#define SOCK_TYPE_MASK 0xf /* include/linux/net.h */
#define IPPROTO_TCP 6
#define IPPROTO_IP 0
#define IPPROTO_ICMP 1
#define IPPROTO_UDP 17
#define IPPROTO_ICMPV6 58
#define IPPROTO_UDPLITE 136
#define IPPROTO_MPTCP 262
#define MSG_FASTOPEN 0x20000000
#define SOL_IP 0
#define IP_OPTIONS 4
#define IP_RETOPTS 7
#define IP_TRANSPARENT 19
#define SOL_IPV6 41
#define IPV6_2292RTHDR 5
#define IPV6_2292PKTOPTIONS 6
#define IPV6_RTHDR 57
#define IPV6_TRANSPARENT 75
#define TCP_LISTEN 10 /* include/net/tcp_states.h: skc_state of every family */

#define SECBIT_NOROOT 1 /* include/uapi/linux/securebits.h */
#define CAP_SYS_MODULE 16
#define CAP_SYS_ADMIN 21
#define CAP_OPT_NOAUDIT 2 /* include/linux/security.h: the answer only chooses a way */

#define PF_IO_WORKER 0x10 /* include/linux/sched.h */
#define PSR_MODE32_BIT 16 /* arch/arm64/include/uapi/asm/ptrace.h: a task of 32 bits */
#define TS_COMPAT 2	  /* arch/x86/include/asm/thread_info.h: in a system call of the 32-bit table */

#define FMODE_WRITE 2 /* include/linux/fs.h */
#define O_TRUNC 01000
#define MS_REMOUNT 32
#define MS_PROPAGATION (1ul << 17 | 1ul << 18 | 1ul << 19 | 1ul << 20)

#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define S_IFLNK 0120000
#define S_IFDIR 0040000
#define OVERLAYFS_SUPER_MAGIC 0x794c7630
#define PROC_SUPER_MAGIC 0x9fa0
#define SYSFS_MAGIC 0x62656572
#define BPF_FS_MAGIC 0xcafe4a11
#define SB_NOUSER (1u << 31) /* include/linux/fs.h: pipes, sockets, memory: nobody mounts it */
#define PTRACE_MODE_ATTACH 2 /* include/linux/ptrace.h */
#define SIGKILL 9

#define EPERM 1
#define ENOMEM 12
#define EACCES 13

#endif
