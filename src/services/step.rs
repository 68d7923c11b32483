//! Steps of maintainer scripts, and the functions of sh that they call.

/// A function of sh that maintainer scripts may hold.
#[derive(Clone, Copy, Debug)]
pub struct Snippet {
    /// Its name.
    pub function: &'static str,
    /// Its text, which may hold functions that only it calls.
    pub text: &'static str,
    /// The snippets that it calls.
    pub needs: &'static [&'static str],
}

/// A call of a function in a maintainer script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The function.
    pub function: &'static str,
    /// Its arguments, which are quoted when they are written.
    pub arguments: Vec<String>,
    /// A function that is called by the name in the first argument.
    pub verbs: Option<&'static str>,
}

impl Step {
    /// Makes a call.
    pub(super) fn new<A: Into<String>>(
        function: &'static str,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        Step {
            function,
            arguments: arguments.into_iter().map(Into::into).collect(),
            verbs: None,
        }
    }

    /// Makes a call of a function of `steps/` for a manager that has these verbs.
    pub(super) fn by<A: Into<String>>(
        verbs: &'static str,
        function: &'static str,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        let arguments = arguments.into_iter().map(Into::into);
        Step {
            function,
            arguments: std::iter::once(verbs.to_owned()).chain(arguments).collect(),
            verbs: Some(verbs),
        }
    }
}

/// Makes a snippet of a file of sh, whose path starts at the folder of the file that names it.
macro_rules! snippet {
    ($function:literal, $file:literal $(, $needs:literal)*) => {
        $crate::services::Snippet {
            function: $function,
            text: include_str!($file),
            needs: &[$($needs),*],
        }
    };
}
pub(crate) use snippet;

/// In the order in which they stand in a script: each is before those that call it, but for the verbs of managers.
pub const SNIPPETS: &[Snippet] = &[
    snippet!("systemd_runs", "systemd/systemd-runs.sh"),
    snippet!("policy_allows", "steps/policy-allows.sh"),
    snippet!("wait_until", "steps/wait-until.sh"),
    snippet!("begin_units", "systemd/units-begin.sh", "systemd_runs"),
    snippet!("enable_unit", "systemd/units-enable.sh"),
    snippet!("leave_unit", "systemd/units-leave.sh"),
    snippet!(
        "restart_units",
        "systemd/units-restart.sh",
        "systemd_runs",
        "policy_allows"
    ),
    snippet!(
        "start_units",
        "systemd/units-start.sh",
        "systemd_runs",
        "policy_allows"
    ),
    snippet!(
        "remember_units",
        "systemd/units-remember.sh",
        "systemd_runs"
    ),
    snippet!("stop_units", "systemd/units-stop.sh", "systemd_runs"),
    snippet!("reload_units", "systemd/units-reload.sh", "systemd_runs"),
    snippet!("forget_units", "systemd/units-forget.sh"),
    snippet!("by_supervisor", "supervisor/verbs.sh"),
    snippet!("by_sysv", "sysv/verbs.sh"),
    snippet!("by_runit", "runit/verbs.sh", "wait_until"),
    snippet!("by_daemontools", "daemontools/verbs.sh", "wait_until"),
    snippet!("note_service", "steps/note.sh"),
    snippet!("link_service", "steps/link.sh", "note_service"),
    snippet!(
        "link_folder",
        "steps/link-folder.sh",
        "link_service",
        "policy_allows",
        "wait_until"
    ),
    snippet!("miss_files", "steps/miss.sh"),
    snippet!("unlink_service", "steps/unlink.sh"),
    snippet!("forget_service", "steps/forget.sh"),
    snippet!("remove_log", "steps/remove-log.sh"),
    snippet!("remove_locks", "steps/remove-locks.sh"),
    snippet!("remove_restarts", "passenger/restarts.sh"),
    snippet!("load_apache", "passenger/apache-load.sh"),
    snippet!(
        "serve_apache_site",
        "passenger/site-serve.sh",
        "wait_until",
        "load_apache"
    ),
    snippet!(
        "leave_apache_site",
        "passenger/site-leave.sh",
        "load_apache"
    ),
    snippet!(
        "forget_apache_site",
        "passenger/site-forget.sh",
        "load_apache"
    ),
    snippet!("forget_gone_services", "steps/forget-gone.sh", "remove_log"),
    snippet!("is_member", "steps/member.sh"),
    snippet!("note_group", "steps/group-note.sh"),
    snippet!(
        "return_group",
        "steps/return-group.sh",
        "is_member",
        "note_group"
    ),
    snippet!("return_groups", "steps/return-groups.sh", "return_group"),
    snippet!("enable_script", "sysv/enable.sh"),
    snippet!("forget_script", "sysv/forget.sh"),
    snippet!("test_nginx", "nginx/test.sh"),
    snippet!("reload_nginx", "nginx/reload.sh", "test_nginx"),
    snippet!("join_chain", "nginx/chain.sh"),
    snippet!("offer_site", "nginx/offer.sh", "note_service"),
    snippet!(
        "serve_sites",
        "nginx/serve.sh",
        "test_nginx",
        "reload_nginx",
        "note_service"
    ),
    snippet!(
        "withdraw_sites",
        "nginx/withdraw.sh",
        "wait_until",
        "unlink_service",
        "reload_nginx"
    ),
    snippet!("forget_sites", "nginx/forget.sh", "forget_service"),
    snippet!("begin_services", "steps/begin.sh"),
    snippet!("remember_services", "steps/remember.sh"),
    snippet!("stop_services", "steps/stop.sh"),
    snippet!("restart_services", "steps/restart.sh", "policy_allows"),
    snippet!("start_services", "steps/start.sh", "policy_allows"),
    snippet!("leave_services", "steps/leave.sh"),
    snippet!("end_services", "steps/end.sh"),
    snippet!("retire_conffile", "steps/retire-conffile.sh"),
    snippet!(
        "retire_services",
        "steps/retire.sh",
        "systemd_runs",
        "wait_until",
        "leave_apache_site",
        "reload_nginx",
        "retire_conffile",
        "return_group"
    ),
];
