//! A step: one thing to do, and what must be known of it to choose among steps without reading their words.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

/// One thing to do. In TOML a sentence, or a table with the sentence as `say`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Step {
    /// The sentence, which begins with a verb.
    pub say: String,
    /// What the step is about, and what it needs.
    #[serde(default)]
    pub tags: Vec<Tag>,
    /// Pieces of the names of the providers that it is for; empty for all.
    #[serde(default)]
    pub only_at: Vec<String>,
}

/// Why a step is left out, or where it stands among others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tag {
    /// Topic: 2-step verification is switched on.
    TwoStep,
    /// Topic: an app password is made.
    AppPassword,
    /// Topic: something is typed into the password field.
    PasswordField,
    /// Topic: the provider has ended passwords for mail programs.
    PasswordsEnded,
    /// Topic: typing the password again does not help.
    NoRetyping,
    /// Topic: SPF is set up.
    Spf,
    /// Topic: the domain's own server is used.
    OwnServer,
    /// Corrects what is typed to sign in: nothing to do where no password is taken.
    SignIn,
    /// Signs in to webmail: not with a password made for programs.
    Webmail,
    /// Sets port 465, which not every provider has.
    #[serde(rename = "port-465")]
    Port465,
    /// Completes the user name: nothing to do where it is a whole address.
    FullAddress,
    /// Sends a PDF in place of another file: nothing to do where a PDF was refused.
    AsPdf,
    /// Sends the password unencrypted: never the first thing to try.
    NoEncryption,
}

impl Tag {
    /// Steps that have only topics in common say the same in different sentences.
    pub fn is_topic(self) -> bool {
        use Tag::*;
        matches!(self, TwoStep | AppPassword | PasswordField | PasswordsEnded | NoRetyping | Spf | OwnServer)
    }
}

impl Step {
    /// A step without tags, which is for everybody.
    pub fn new(say: impl Into<String>) -> Step {
        Step { say: say.into(), ..Step::default() }
    }

    /// All of them as one text.
    pub fn joined(steps: &[Step]) -> String {
        steps.iter().map(|step| &*step.say).collect::<Vec<_>>().join(" ")
    }

    /// The step is about this, or needs it.
    pub fn has(&self, tag: Tag) -> bool {
        self.tags.contains(&tag)
    }
}

impl AsRef<str> for Step {
    fn as_ref(&self) -> &str {
        &self.say
    }
}

/// For people and programs a step is its sentence; the baked tables hold all of it.
impl Serialize for Step {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(&self.say)
        } else {
            Step::serialize(self, serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Step, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(Written)
        } else {
            Step::deserialize(deserializer)
        }
    }
}

/// Reads a step as TOML has it. (Of an untagged enum an error would not name the tags that there are.)
struct Written;

impl<'de> Visitor<'de> for Written {
    type Value = Step;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sentence, or a table with `say`, `tags` and `only_at`")
    }

    fn visit_str<E>(self, say: &str) -> Result<Step, E> {
        Ok(Step::new(say))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Step, A::Error> {
        Step::deserialize(MapAccessDeserializer::new(map))
    }
}

#[cfg(test)]
mod tests {
    use crate::knowledge::Knowledge;

    #[test]
    fn a_wrong_tag_names_the_right_ones() {
        let cause =
            |steps: &str| Knowledge::with_overlay(&format!("[[cause]]\ncode = \"conn.dns\"\nsteps = [{steps}]"));
        assert!(cause(r#""Wait.", { say = "Type it.", tags = ["sign-in"], only_at = ["Gmail"] }"#).is_ok());
        let error = cause(r#"{ say = "Type it.", tags = ["sing-in"] }"#).unwrap_err().to_string();
        assert!(error.contains("line 3") && error.contains("`two-step`") && error.contains("`sign-in`"), "{error}");
        assert!(!error.contains("sing-in"), "{error}");
    }

    #[test]
    fn steps_name_providers_that_there_are() {
        let knowledge = Knowledge::builtin();
        let steps = knowledge.causes().flat_map(|facts| &facts.steps);
        for piece in steps.flat_map(|step| &step.only_at) {
            assert!(knowledge.providers().iter().any(|provider| provider.name.contains(&**piece)), "{piece}");
        }
    }
}
