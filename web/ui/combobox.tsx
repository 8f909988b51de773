/**
 * A picker with a search field, for more choices than a `<select>` can be looked through (ARIA authoring practices, "editable combobox
 * with list autocomplete"). The focus stays in the field; which option is marked is told by `aria-activedescendant`.
 */
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { type Choice, type ChoiceGroup, matching, moved, otherwise } from './choices.ts'
import { Field } from './field.tsx'
import { Icon } from './icon.tsx'
import './combobox.css'

interface ComboboxProps {
  readonly label: string
  readonly hint?: ComponentChildren
  readonly error?: string | undefined
  readonly placeholder?: string
  readonly groups: readonly ChoiceGroup[]
  /** The id of what is chosen. One that no group has is shown as it is. */
  readonly value: string
  readonly onChange: (id: string) => void
}

export function Combobox({ label, hint, error, placeholder, groups, value, onChange }: ComboboxProps) {
  const base = useId()
  /** What was typed since the list was opened; undefined while it is closed. */
  const [typed, setTyped] = useState<string | undefined>(undefined)
  const [active, setActive] = useState(-1)
  const list = useRef<HTMLDivElement | null>(null)
  const input = useRef<HTMLInputElement | null>(null)
  const isOpen = typed !== undefined
  const found = isOpen ? matching(groups, typed) : []
  const rest = isOpen && found.length === 0 ? otherwise(groups) : []
  const shown = rest.length === 0 ? found : [{ name: `Nothing matches “${typed}”`, choices: rest }]
  const options = shown.flatMap((group) => group.choices)
  const chosen = groups.flatMap((group) => group.choices).find((choice) => choice.id === value)
  const name = chosen?.name ?? value
  const idOf = (index: number) => `${base}-option-${index}`

  useEffect(() => {
    if (active >= 0) document.getElementById(idOf(active))?.scrollIntoView({ block: 'nearest' })
  }, [active, typed])
  useEffect(() => {
    if (isOpen) list.current?.scrollIntoView({ block: 'nearest' })
    // What is typed next is a new search, and not something behind the name.
    else if (document.activeElement === input.current) input.current?.select()
  }, [isOpen, value])

  const open = () => {
    if (isOpen) return
    setTyped('')
    const all = matching(groups, '').flatMap((group) => group.choices)
    // Nothing chosen is no place to begin at: the likely ones stand at the top.
    setActive(value === '' ? -1 : all.findIndex((choice) => choice.id === value))
  }
  const close = () => {
    setTyped(undefined)
    setActive(-1)
  }
  const choose = (choice: Choice | undefined) => {
    close()
    if (choice !== undefined && choice.id !== value) onChange(choice.id)
  }
  const press = (event: KeyboardEvent) => {
    // While a word is put together from several keys, all of them belong to it.
    if (event.isComposing || event.ctrlKey || event.metaKey) return
    if (!isOpen) {
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
      event.preventDefault()
      event.stopPropagation()
      open()
      return
    }
    const to = event.shiftKey ? undefined : moved(event.key, active, options.length)
    if (to !== undefined) setActive(to)
    else if (event.key === 'Enter') choose(options[active])
    else if (event.key === 'Tab') {
      // Whoever typed a name and goes on means what is marked. The focus goes on by itself.
      if (typed !== '' && !event.shiftKey && options[active] !== undefined) choose(options[active])
      return
    } else if (event.key === 'Escape') close()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })} error={error}>
      {(parts) => (
        <div class="combobox">
          <input
            {...parts}
            ref={input}
            type="text"
            role="combobox"
            aria-expanded={isOpen && options.length > 0}
            aria-controls={`${base}-list`}
            aria-autocomplete="list"
            aria-activedescendant={isOpen && active >= 0 && active < options.length ? idOf(active) : undefined}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            placeholder={isOpen ? name : placeholder}
            value={typed ?? name}
            onClick={open}
            onInput={(event) => {
              setTyped(event.currentTarget.value)
              setActive(matching(groups, event.currentTarget.value).length > 0 ? 0 : -1)
            }}
            onKeyDown={press}
            onBlur={close}
          />
          <Icon name="down" />
          {isOpen && options.length > 0 ? (
            <div class="combobox-list" ref={list} id={`${base}-list`} role="listbox" aria-label={label}>
              <Groups groups={shown} active={active} value={value} idOf={idOf} onChoose={choose} />
            </div>
          ) : null}
          <output class={isOpen && options.length === 0 ? 'combobox-list combobox-none' : 'visually-hidden'}>
            {!isOpen
              ? ''
              : options.length === 0
                ? `Nothing matches “${typed}”.`
                : `${rest.length > 0 ? `Nothing matches “${typed}”. ` : ''}${options.length} to choose from`}
          </output>
        </div>
      )}
    </Field>
  )
}

interface GroupsProps {
  readonly groups: readonly ChoiceGroup[]
  readonly active: number
  readonly value: string
  readonly idOf: (index: number) => string
  readonly onChoose: (choice: Choice) => void
}

function Groups({ groups, active, value, idOf, onChoose }: GroupsProps) {
  let next = 0
  return groups.map((group) => {
    const first = next
    next += group.choices.length
    const options = group.choices.map((choice, at) => (
      <Option
        key={`${first} ${choice.id}`}
        id={idOf(first + at)}
        choice={choice}
        isActive={first + at === active}
        isChosen={choice.id === value}
        onChoose={onChoose}
      />
    ))
    return group.name === '' ? (
      options
    ) : (
      // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form controls
      <div key={group.name} role="group" aria-labelledby={`${idOf(first)}-group`}>
        <p class="combobox-group" id={`${idOf(first)}-group`} role="presentation">
          {group.name}
        </p>
        {options}
      </div>
    )
  })
}

interface OptionProps {
  readonly id: string
  readonly choice: Choice
  readonly isActive: boolean
  readonly isChosen: boolean
  readonly onChoose: (choice: Choice) => void
}

function Option({ id, choice, isActive, isChosen, onChoose }: OptionProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are taken where the focus is, in the field
    // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field (aria-activedescendant)
    <div
      id={id}
      role="option"
      aria-selected={isChosen}
      data-active={isActive}
      class="combobox-option"
      onMouseDown={(event) => event.preventDefault()} // or the field loses the focus, and the list is gone before the click
      onClick={() => onChoose(choice)}
    >
      <span>{choice.name}</span>
      {choice.note === undefined ? null : <span class="combobox-note">{choice.note}</span>}
    </div>
  )
}
