//! Enums whose every variant has a word of the contract: one table of both, so that none goes without.

/// Defines such an enum, with all variants in their order (`ALL`), the word of each (`name`), and a `Display` by that word.
macro_rules! named {
    ($(#[$about:meta])* $vis:vis enum $kind:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        $vis enum $kind {
            $($(#[$doc])* $variant,)+
        }

        impl $kind {
            /// Every one, in this order.
            #[allow(dead_code, reason = "not everybody walks over all")]
            $vis const ALL: [$kind; [$($word),+].len()] = [$($kind::$variant),+];

            /// The word for it, as in records.
            $vis fn name(self) -> &'static str {
                match self {
                    $($kind::$variant => $word,)+
                }
            }
        }

        impl std::fmt::Display for $kind {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}
